import { ProblemError, refusal } from '../../contract/problem.ts'
import type { RobotAddress } from '../../contract/robot.ts'
import { ownAddresses, sharedWith } from './preflight/own-network.ts'
import type { OwnAddress } from './preflight/own-network.ts'

/**
 * Turns what the link layer reports into words for the person at the arm. Nothing was sent to the arm in any of them.
 * The link names what it knows (the version, the UDP port, who hung up); what only this computer knows is added here.
 */
export function connectProblem(
  error: unknown,
  { host, port }: RobotAddress,
  own: readonly OwnAddress[] = ownAddresses(),
): ProblemError {
  if (error instanceof ProblemError) return error
  const { code, message, tip } = error as { code?: string; message?: string; tip?: string }
  if (code === 'robot-unreachable') {
    return refusal(
      code,
      `${host} does not answer. The arm does not move.`,
      `Plug the cable into the LAN port of the Control unit, not into the arm's base. ${subnetAdvice(host, own)}`,
    )
  }
  if (code === 'robot-silent' && message !== undefined)
    return refusal(
      code,
      message,
      `Usually a firewall on this computer blocks the packets: ${firewallAdvice(host, own)} Or another program controls the arm: end it, an older Forager and a ROS node as well.`,
    )
  if (code?.startsWith('robot-') && message !== undefined && tip !== undefined) return refusal(code, message, tip)
  return refusal(
    code ?? 'robot-connect-failed',
    `The connection to ${host} port ${port} failed. The arm does not move.`,
    'Check the cable, the address and FCI in Desk, then connect again.',
    `${code ?? ''} ${message ?? String(error)}`.trim(),
  )
}

/** Says whether one of this computer's own addresses is in the robot's network; the commonest cause of silence. */
function subnetAdvice(host: string, own: readonly OwnAddress[]): string {
  const shared = sharedWith(host, own)
  if (shared === null) return 'Then connect again.'
  if (shared !== undefined)
    return `This computer (${shared.address} on ${shared.name}) is in the robot's network. Check that the Control unit is on.`
  const list = own.filter(({ internal }) => !internal).map(({ address, name }) => `${address} on ${name}`)
  return `No address of this computer (${list.join(', ') || 'none'}) is in the network of ${host}: set a fixed address there.`
}

/** The port is another one at each connection, so the rule names the robot and the interface. */
function firewallAdvice(host: string, own: readonly OwnAddress[]): string {
  const name = sharedWith(host, own)?.name
  switch (process.platform) {
    case 'win32':
      return `let Forager through in Windows Defender Firewall, or type: netsh advfirewall firewall add rule name="Forager" dir=in action=allow protocol=UDP remoteip=${host}`
    case 'darwin':
      return 'let Forager through in System Settings, Network, Firewall.'
    default:
      return `type: sudo iptables -I INPUT ${name === undefined ? '' : `-i ${name} `}-p udp -s ${host} -j ACCEPT`
  }
}
