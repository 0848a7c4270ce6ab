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

/** The known name that was probably meant; null when none is near. */
export function nearest(name: string, known: readonly string[]): string | null {
  const most = name.length <= 4 ? 1 : 2
  const [best] = known
    .map((each) => ({ each, distance: distance(name.toLowerCase(), each.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)
  return best && best.distance <= most ? best.each : null
}

/** How many letters have to be put in, left out, changed or swapped with their neighbour. */
function distance(a: string, b: string): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let row = 1; row <= a.length; row += 1) {
    const next = [row]
    for (let column = 1; column <= b.length; column += 1) {
      const isSame = a[row - 1] === b[column - 1]
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      next.push(
        Math.min(
          (last[column] ?? 0) + 1,
          (next[column - 1] ?? 0) + 1,
          (last[column - 1] ?? 0) + (isSame ? 0 : 1),
          swapped ? (before[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      )
    }
    before = last
    last = next
  }
  return last[b.length] ?? 0
}
