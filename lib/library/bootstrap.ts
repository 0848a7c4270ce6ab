import { bootstrapNodes } from '../engines/registry.ts'
import { type BackendInput, backendOf } from './backend-of.ts'

/**
 * Tells the voters of a new quorum, once, that they never held anything, so that they may vote at once. Not for a voter
 * that lost its memory: it waits until every hold that it may have forgotten has ended, and votes then by itself.
 */
export const bootstrap = (backend: BackendInput): Promise<void> => bootstrapNodes(backendOf(backend))
