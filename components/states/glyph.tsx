import { cx } from '../ui/class-names.ts'
import { LOOKS, type LookId, type Said, type Shape } from './looks.ts'

function Part({ shape }: { shape: Shape }) {
  if ('fill' in shape) return <path d={shape.fill} fill="currentColor" />
  if ('disc' in shape) return <circle cx="8" cy="8" r={shape.disc} fill="currentColor" />
  if ('ring' in shape) {
    return <circle cx="8" cy="8" r={shape.ring} fill="none" stroke="currentColor" strokeWidth={shape.width} />
  }
  return <path d={shape.stroke} fill="none" stroke="currentColor" strokeWidth={shape.width} />
}

export function StateGlyph({ look, size = 14 }: { look: LookId; size?: number }) {
  const { glyph, colour } = LOOKS[look]
  return (
    <svg width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" className={cx('shrink-0', colour)}>
      {glyph.map((shape) => (
        <Part key={JSON.stringify(shape)} shape={shape} />
      ))}
    </svg>
  )
}

/** Glyph, word and colour together; never one of them alone. */
export function StateWord({ said, className, size }: { said: Said; className?: string; size?: number }) {
  return (
    <span className={cx('inline-flex min-w-0 items-center gap-1.5 align-top', className)}>
      <StateGlyph look={said.look} {...(size === undefined ? {} : { size })} />
      <span className={cx('truncate', LOOKS[said.look].ink)}>{said.word}</span>
    </span>
  )
}
