/**
 * A state as shape + word + colour.
 *   <StateWord kind="ok">Ready</StateWord>          kinds: see Glyph
 *   <StateWord kind="ok" stale>Moving</StateWord>   -> grey dashed ring, "was Moving"
 */
import { classNames } from './class-names.ts'
import { Glyph, type GlyphKind } from './glyph.tsx'
import css from './state-word.module.css'

interface Props {
  kind: GlyphKind
  children: React.ReactNode
  stale?: boolean
}

export function StateWord({ kind, children, stale = false }: Props) {
  const shown = stale ? 'unk' : kind
  return (
    <span className={classNames(css.state, css[shown])}>
      <Glyph kind={shown} />
      <span className={css.word}>
        {stale && 'was '}
        {children}
      </span>
    </span>
  )
}
