import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ArmAndHand } from '../../../src/main/robot/arm-and-hand.ts'
import { chromiumPath } from '../../journeys/chromium.ts'
import { overflows, picture } from '../../journeys/screens.ts'
import { RobotWindow } from './robot-window.ts'

/** The Hand by the window, at its simulated service over real sockets. The steps build on each other. */
describe.skipIf(chromiumPath === undefined)('the Hand', { timeout: 60_000 }, () => {
  let window: RobotWindow
  let arm: ArmAndHand
  const dialog = () => window.page.getByRole('dialog')
  const command = (name: string) => dialog().getByRole('button', { name, exact: true })
  const field = (label: string) => dialog().getByLabel(label)
  const says = (text: string | RegExp) => dialog().getByText(text).waitFor()

  beforeAll(async () => {
    window = await RobotWindow.open()
  })
  afterAll(() => window?.close())

  it('takes no command while no arm is connected, but Stop', async () => {
    await window.button('Hand').click()
    await says('Connect an arm with a Hand first.')
    expect(await command('Home the fingers').isDisabled()).toBe(true)
    expect(await command('Stop the Hand').isEnabled()).toBe(true)
    await command('Stop the Hand').click()
    await command('Close').click()
  })

  it('wants to be homed first, says why, and shows what it measures', async () => {
    arm = await window.connect({ objectWidth: 0.031 })
    await window.button('Hand').click()
    await says('Home the Hand first: that tells it where its fingers are.')
    await window.row(/^Temperature30°C$/).waitFor()
    for (const name of ['Open fingers', 'Close fingers', 'Move to width', 'Grasp'])
      expect(await command(name).isDisabled(), name).toBe(true)
    await command('Home the fingers').click()
    await says('The Hand is homing: it closes and opens once.')
    await says('The Hand is homed.')
    await window.row(/^Opens to80\.0mm$/).waitFor()
    for (const name of ['Open fingers', 'Close fingers', 'Move to width', 'Grasp'])
      expect(await command(name).isEnabled(), name).toBe(true)
  })

  it('moves to a width, and says what keeps it from one', async () => {
    await field('Speed of each finger').fill('200')
    await field('Width between the fingers').fill('60')
    await command('Move to width').click()
    await says('The fingers are at 60.0 mm.')
    await command('Close fingers').click()
    await says('Something keeps the fingers at 31.0 mm.')
    await command('Open fingers').click()
    await says('The fingers are at 80.0 mm.')
  })

  it('grasps what is there, and lets go of what is not as wide as was said', async () => {
    await field('Force').fill('900')
    await says('A number from 1 to 70 N.')
    expect(await command('Grasp').isDisabled()).toBe(true)
    await field('Force').fill('20')
    await command('Grasp').click()
    await says('The Hand holds something 31.0 mm wide.')
    await window.row(/^Holdsan object$/).waitFor()
    await picture(window.page, 'hand-holds')
    expect(await overflows(window.page)).toEqual([])
    await dialog().getByRole('checkbox').uncheck()
    await field('Width between the fingers').fill('20')
    await command('Grasp').click()
    await says(/expected was 20\.0 mm, -5\.0 mm or \+5\.0 mm/)
    await window.row(/^Holdsnothing$/).waitFor()
  })

  it.each(['its button', 'Esc'])(
    'is stopped by %s in the middle of a motion, and the arm is left alone',
    async (by) => {
      await field('Speed of each finger').fill('1')
      await command('Open fingers').click()
      await says('The fingers move. Esc stops them too.')
      await (by === 'Esc' ? window.page.keyboard.press('Escape') : command('Stop the Hand').click())
      await says('The Hand was stopped.')
      await says('The fingers stand still.')
      await window.page.locator('header').getByText('Ready').waitFor()
      // Back to where the next motion has a way to go.
      await field('Speed of each finger').fill('200')
      await field('Width between the fingers').fill('40')
      await command('Move to width').click()
      await says('The fingers are at 40.0 mm.')
    },
  )

  it('says that it is gone, and the arm goes on without it', async () => {
    await arm.hand.close()
    await says('The Hand does not answer any more. The arm works without it.')
    await says('There is no Hand to command.')
    await command('Look for it again').click()
    await says(/No Hand was found/)
    await window.page.locator('header').getByText('Ready').waitFor()
    await command('Close').click()
    await window.row(/^HandNo Hand/).waitFor()
    expect(window.complaints).toEqual([])
  })
})
