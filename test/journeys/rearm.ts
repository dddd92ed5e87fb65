import type { Page } from 'playwright-core'

/** Ticks and holds in the dialog of a latched stop, as a person does who has looked at the arm. The dialog stays open. */
export async function rearm(page: Page): Promise<void> {
  const dialog = page.getByRole('alertdialog')
  await dialog.getByRole('checkbox').check()
  await dialog.getByRole('button', { name: /Re-arm/ }).focus()
  await page.keyboard.down('Enter')
  await dialog.getByText('Re-armed.').waitFor()
  await page.keyboard.up('Enter')
}
