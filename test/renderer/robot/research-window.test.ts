import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath } from '../../journeys/chromium.ts'
import { RobotWindow } from './robot-window.ts'

/** Which numbers the Robot screen shows follows the kind of robot, which is known only when it answers. */
describe.skipIf(chromiumPath === undefined)('the kind of robot', { timeout: 60_000 }, () => {
  let window: RobotWindow

  beforeAll(async () => {
    window = await RobotWindow.open()
  })
  afterAll(() => window?.close())

  const joint = (cells: RegExp) => window.row(cells).first()
  const ownLimits = async (heading: string, ...rows: RegExp[]) => {
    await window.button('Limits').click()
    const own = window.page.getByRole('region', { name: 'Limits of the robot itself' })
    await own.getByText(heading).waitFor()
    for (const row of rows) await own.getByRole('row').filter({ hasText: row }).waitFor()
    await window.page.getByRole('dialog').getByRole('button', { name: 'Close', exact: true }).click()
  }

  it('shows the limits of a Panda before anything answers', async () => {
    await joint(/^J1−166\.0°/).waitFor()
    await ownLimits('No arm is connected. Limits of a Panda (FER)', /^Acceleration8594305737168591,1461,146°\/s²$/)
  })

  it('shows those of a Research 3 when one answers, in the bars, the checklist and the limits', async () => {
    await window.connect({ protocol: 9 })
    await joint(/^J1−157\.2°/).waitFor()
    await window.page.getByText('J4 39.3° to lower').waitFor()
    await window.page
      .locator('header')
      .getByText(/^FR3 · /)
      .waitFor()
    await ownLimits(
      'Limits of the robot itself: Franka Research 3',
      /^Position, upper157\.2102\.2166\.2−8\.7160\.8258\.8172\.8°$/,
      /^Speed150\.1150\.1150\.1150\.1301\.4239\.5301\.4°\/s$/,
      /^Acceleration573573573573573573573°\/s²$/,
    )
    await window.disconnect()
  })

  it('shows those of a Panda again when that is the next', async () => {
    await window.connect({ protocol: 5 })
    await joint(/^J1−166\.0°/).waitFor()
    await window.page.getByText('J4 41.0° to lower').waitFor()
    await ownLimits('Limits of the robot itself: Panda (FER)', /^Torque87878787121212Nm$/)
    expect(window.complaints).toEqual([])
  })
})
