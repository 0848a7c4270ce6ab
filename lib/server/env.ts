import 'server-only'

/** The only place of the web side that looks at the process's environment. */
export const isDevelopment = (): boolean => process.env.NODE_ENV === 'development'
