import { networkInterfaces } from 'node:os'
import { ProblemError, refusal } from '../../contract/problem.ts'
import type { RobotAddress } from '../../contract/robot.ts'

/**
 * Turns what the link layer reports into words for the person at the arm. Nothing was sent to the arm in any of them.
 * The link names what it knows (the version, the UDP port, who hung up); what only this computer knows is added here.
 */
export function connectProblem(error: unknown, { host, port }: RobotAddress): ProblemError {
  if (error instanceof ProblemError) return error
  const { code, message, tip } = error as { code?: string; message?: string; tip?: string }
  if (code === 'robot-unreachable') {
    return refusal(
      code,
      `${host} does not answer. The arm does not move.`,
      `Plug the cable into the LAN port of the Control unit, not into the arm's base. ${subnetAdvice(host)}`,
    )
  }
  if (code?.startsWith('robot-') && message !== undefined && tip !== undefined) return refusal(code, message, tip)
  return refusal(
    code ?? 'robot-connect-failed',
    `The connection to ${host} port ${port} failed. The arm does not move.`,
    'Check the cable, the address and FCI in Desk, then connect again.',
    `${code ?? ''} ${message ?? String(error)}`.trim(),
  )
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
