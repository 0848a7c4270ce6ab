import { z } from 'zod'

interface Shape {
  properties?: Record<string, Shape>
  items?: Shape
  anyOf?: Shape[]
  oneOf?: Shape[]
  const?: unknown
}

/** The fields that a part of the configuration may have; `value` is the whole of what was written. */
export function knownFields(schema: z.ZodType, value: unknown, path: readonly PropertyKey[]): string[] {
  const whole = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape
  const names = shapesAt([whole], value, path).flatMap(({ properties }) => Object.keys(properties ?? {}))
  return [...new Set(names)]
}

function shapesAt(shapes: readonly Shape[], value: unknown, path: readonly PropertyKey[]): Shape[] {
  const here = shapes.flatMap((shape) => forms(shape, value))
  const [part, ...rest] = path
  if (part === undefined) return here
  const inner = typeof value === 'object' && value !== null ? Reflect.get(value, part) : undefined
  const next = here.flatMap(({ properties, items }) =>
    typeof part === 'number' ? (items ?? []) : (properties?.[String(part)] ?? []),
  )
  return shapesAt(next, inner, rest)
}

/** Of several forms those of the kind that was meant; all of them when none was. */
function forms(shape: Shape, value: unknown): Shape[] {
  const all = shape.anyOf ?? shape.oneOf
  if (!all) return [shape]
  const kind = typeof value === 'object' && value !== null ? Reflect.get(value, 'kind') : undefined
  const meant = all.filter(({ properties }) => properties?.kind?.const === kind)
  return (kind !== undefined && meant.length > 0 ? meant : all).flatMap((form) => forms(form, value))
}
