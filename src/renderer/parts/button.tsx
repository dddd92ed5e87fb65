/**
 * Verb + object. One `primary` a screen. A disabled button says why in `reason` (title and accessible description);
 * the screen also prints the reason beside it.
 *   <Button onClick={} kind="primary" | "plain" | "quiet" size="normal" | "small" | "start" wide reason="Arm first" />
 * With `reason` set the button is disabled. All other <button> attributes pass through.
 */
import type { ButtonHTMLAttributes, Ref } from 'react'
import css from './button.module.css'
import { classNames } from './class-names.ts'

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: 'primary' | 'plain' | 'quiet'
  size?: 'normal' | 'small' | 'start'
  /** Takes the whole width of its box. */
  wide?: boolean
  /** Why it cannot be pressed now; null or absent when it can. */
  reason?: string | null | undefined
  ref?: Ref<HTMLButtonElement>
}

export function Button({ kind = 'plain', size = 'normal', wide, reason, className, disabled, title, ...rest }: Props) {
  const off = disabled === true || Boolean(reason)
  const classes = classNames(
    css.button,
    kind === 'primary' && css.primary,
    kind === 'quiet' && css.quiet,
    size === 'small' && css.small,
    size === 'start' && css.start,
    wide && css.wide,
    className,
  )
  return <button type="button" className={classes} disabled={off} title={reason ? reason : title} {...rest} />
}
