import type { z } from 'zod'
import { LockError } from '../core/index.ts'
import { type BackendSpec, backendSpecSchema } from '../engines/spec.ts'

/** A backend as it is written in the console's configuration; `id` may be left out. */
export type BackendInput = WithoutId<z.input<typeof backendSpecSchema>>
type WithoutId<T> = T extends { id: string } ? Omit<T, 'id'> & { id?: string } : never

/** Checked and completed. What can't be is a LockError that names the field. */
export function backendOf(input: BackendInput): BackendSpec {
  const parsed = backendSpecSchema.safeParse({ id: input?.kind ?? 'locks', ...input })
  if (parsed.success) return parsed.data
  const says = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'backend'}: ${message}`)
  throw new LockError('invalid', `The backend can't be used: ${says.join('; ')}.`, {
    lock: '',
    hint: "E.g. { kind: 'redis', url: 'redis://127.0.0.1:6379' }.",
  })
}
