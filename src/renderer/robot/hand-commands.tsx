import { useState } from 'react'
import type { GripperState } from '../../contract/robot.ts'
import { Button } from '../parts/button.tsx'
import { Checkbox } from '../parts/checkbox.tsx'
import { Field } from '../parts/field.tsx'
import { api } from '../state/api.ts'
import type { Press } from '../state/press.ts'
import css from './hand-dialog.module.css'
import { handNumbers, parseHandNumber, type HandNumber } from './hand-numbers.ts'

interface Props {
  hand: GripperState | null
  press: Press['press']
}

type Typed = Record<keyof ReturnType<typeof handNumbers>, string>

const FIRST: Typed = { speed: '50', width: '40', force: '30', narrower: '5', wider: '5' }

/** Homing, open and close, a width, a grasp. A newer command takes the place of the one that runs. */
export function HandCommands({ hand, press }: Props) {
  const [typed, setTyped] = useState(FIRST)
  const [anyWidth, setAnyWidth] = useState(true)
  const maxWidth = hand?.maxWidth ?? 0
  const numbers = handNumbers(maxWidth)
  const read = (name: keyof Typed) => parseHandNumber(typed[name], numbers[name])
  const notNow = whyNot(hand)
  const reasonOf = (...names: (keyof Typed)[]) =>
    notNow ?? names.map(read).find((each) => typeof each === 'string') ?? null
  const field = (name: keyof Typed) => (
    <HandField
      number={numbers[name]}
      typed={typed[name]}
      invalid={notNow === null ? read(name) : null}
      onChange={(next) => setTyped({ ...typed, [name]: next })}
    />
  )
  const move = (width: number) => press(() => api.robot.gripperMove.mutate({ width, speed: Number(read('speed')) }))
  const grasp = () =>
    press(() =>
      api.robot.gripperGrasp.mutate({
        speed: Number(read('speed')),
        force: Number(read('force')),
        // Whatever lies between fully closed and fully open is then what was meant.
        width: anyWidth ? 0 : Number(read('width')),
        epsilonInner: anyWidth ? 0 : Number(read('narrower')),
        epsilonOuter: anyWidth ? maxWidth : Number(read('wider')),
      }),
    )
  const graspReason = anyWidth ? reasonOf('speed', 'force') : reasonOf('speed', 'force', 'width', 'narrower', 'wider')
  return (
    <div className={css.commands}>
      <div className={css.row}>
        <Button
          kind={hand?.homed === false && hand.activity === 'none' ? 'primary' : 'plain'}
          reason={hand?.link === 'connected' ? null : notNow}
          onClick={() => void press(() => api.robot.gripperHome.mutate({ fingersClear: true }))}
        >
          Home the fingers
        </Button>
        <span className={css.hint}>{notNow ?? 'They close and open once. Again after a change of fingertips.'}</span>
      </div>
      <div className={css.fields}>
        {field('speed')}
        <Button reason={reasonOf('speed')} onClick={() => void move(maxWidth)}>
          Open fingers
        </Button>
        <Button reason={reasonOf('speed')} onClick={() => void move(0)}>
          Close fingers
        </Button>
      </div>
      <div className={css.fields}>
        {field('width')}
        <Button reason={reasonOf('width', 'speed')} onClick={() => void move(Number(read('width')))}>
          Move to width
        </Button>
      </div>
      <div className={css.fields}>
        {field('force')}
        <Button reason={graspReason} onClick={() => void grasp()}>
          Grasp
        </Button>
      </div>
      <Checkbox checked={anyWidth} onChange={setAnyWidth}>
        The object may have any width; else it is let go when it is not as wide as typed above.
      </Checkbox>
      {!anyWidth && (
        <div className={css.fields}>
          {field('narrower')}
          {field('wider')}
        </div>
      )}
    </div>
  )
}

/** Why no command is taken, apart from homing; null when one is. */
function whyNot(hand: GripperState | null): string | null {
  switch (hand?.link) {
    case undefined:
    case 'none':
      return 'Connect an arm with a Hand first.'
    case 'connecting':
      return 'The Hand is being looked for.'
    case 'absent':
    case 'lost':
      return 'There is no Hand to command.'
    case 'connected':
      if (hand.activity === 'homing') return 'The Hand is homing: it closes and opens once.'
      return hand.homed ? null : 'Home the Hand first: that tells it where its fingers are.'
  }
}

interface FieldProps {
  number: HandNumber
  typed: string
  /** What may be typed, when something else is. */
  invalid: number | string | null
  onChange: (typed: string) => void
}

function HandField({ number, typed, invalid, onChange }: FieldProps) {
  return (
    <Field
      numeric
      label={number.label}
      unit={number.unit}
      value={typed}
      onChange={onChange}
      invalid={typeof invalid === 'string' ? invalid : null}
    />
  )
}
