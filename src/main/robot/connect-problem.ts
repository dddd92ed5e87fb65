import { networkInterfaces } from 'node:os'
import { ProblemError, refusal } from '../../contract/problem.ts'
import type { RobotAddress } from '../../contract/robot.ts'

/** Turns what the link layer reports into words for the person at the arm. Nothing was sent to the arm in any of them. */
export function connectProblem(error: unknown, { host, port }: RobotAddress): ProblemError {
  if (error instanceof ProblemError) return error
  const { code, message } = error as { code?: string; message?: string }
  const details = `${code ?? ''} ${message ?? String(error)}`.trim()
  switch (code) {
    case 'robot-refused':
      return refusal(
        'robot-refused',
        `${host} answers, but refuses the connection on port ${port}. The arm does not move.`,
        'In Desk: open the brakes, activate FCI, and leave the message window open. Then connect again.',
        details,
      )
    case 'robot-address':
      return refusal(
        'robot-address',
        `No machine is called ${host}. Nothing was sent to an arm.`,
        'Type the address that Desk uses, for example 172.16.0.2.',
        details,
      )
    case 'robot-unreachable':
      return refusal(
        'robot-unreachable',
        `${host} does not answer. The arm does not move.`,
        `Plug the cable into the LAN port of the Control unit, not into the arm's base. ${subnetAdvice(host)}`,
        details,
      )
    case 'robot-silent':
      return refusal(
        'robot-silent',
        'The robot answers, but its state packets do not arrive. The arm does not move.',
        'Usually a firewall on this computer blocks incoming UDP from the robot, or another program holds the robot. Allow it, or close the other program, then connect again.',
        details,
      )
    case 'robot-version':
      return refusal(
        'robot-version',
        'The robot speaks a protocol version that Forager does not know. The arm does not move.',
        'Compare the system version in Desk with the list in the manual; the details name both numbers.',
        details,
      )
    default:
      return refusal(
        code ?? 'robot-connect-failed',
        `The connection to ${host} port ${port} failed. The arm does not move.`,
        'Check the cable, the address and FCI in Desk, then connect again.',
        details,
      )
  }
}

/** Says whether one of this computer's own addresses is in the robot's network; the commonest cause of silence. */
function subnetAdvice(host: string): string {
  const target = ipv4(host)
  if (target === null) return 'Then connect again.'
  const own = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter((address) => address.family === 'IPv4')
  const shared = own.find(({ address, netmask }) => {
    const mask = ipv4(netmask)
    const from = ipv4(address)
    return mask !== null && from !== null && (from & mask) === (target & mask)
  })
  if (shared !== undefined)
    return `This computer (${shared.address}) is in the robot's network. Check that the Control unit is on.`
  const list = own.filter(({ internal }) => !internal).map(({ address }) => address)
  return `No address of this computer (${list.join(', ') || 'none'}) is in the network of ${host}: set a fixed address there.`
}

function ipv4(text: string): number | null {
  const parts = text.split('.').map(Number)
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255)) return null
  return parts.reduce((sum, part) => sum * 256 + part, 0) | 0
}
