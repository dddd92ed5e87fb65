/** Faults that the simulated arm plays once, in the order of its own table; `--fault KIND@STEP`. */
export const SIMULATED_FAULTS: Record<string, string> = {
  reflex: 'collision reflex, flag cartesian_reflex',
  'user-stop': 'the activation device is pressed for 2 s; no flag shows it',
  silence: 'no more states to this client',
  close: 'hangs up',
  drop: 'ignores commands for COUNT ms, default 10; 20 in a row are a reflex',
  'refuse-move': 'refuses the next Move',
  version: 'answers as protocol 10',
  push: 'joint 4 is held 0.06 rad away from its command',
  outside: 'joint 1 shows 2 rad away from its command',
  speed: 'joint 1 measures 1 rad/s more than it moves',
  torque: '10 Nm push joint 4',
  force: '30 N push the tool, also at rest',
  load: 'joint 2 needs 80 Nm',
  error: 'an error flag without a reflex',
  loss: 'for COUNT ms, default 1000, every second command is ignored',
  gap: 'no states for COUNT ms, default 15',
  derivative: 'one state shows an acceleration that never was',
  runaway: 'commands are not obeyed until StopMove',
  deaf: 'nor is StopMove, and it is not answered',
  'slow-clock': 'a millisecond of the robot takes 1.25 ms',
}

/** For the help of a command line: a line for each. */
export function faultHelp(): string {
  const width = Math.max(...Object.keys(SIMULATED_FAULTS).map((kind) => kind.length)) + 2
  const kinds = Object.entries(SIMULATED_FAULTS).map(([kind, what]) => `  ${kind.padEnd(width)}${what}`)
  return ['plays one fault after STEP steps of 50 ms of motion, 0 as soon as a client is there:', ...kinds].join('\n')
}
