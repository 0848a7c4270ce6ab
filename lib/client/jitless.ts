import { config } from 'zod'

/** The page's CSP forbids compiling code from strings; schemas must not try. Import before any schema. */
config({ jitless: true })
