export const PAGES = [
  { path: '/', name: 'Triage', key: 't' },
  { path: '/locks', name: 'Locks', key: 'l' },
  { path: '/waits-for', name: 'Waits-for', key: 'w' },
  { path: '/nodes', name: 'Nodes', key: 'n' },
  { path: '/audit', name: 'Audit', key: 'a' },
  { path: '/playground', name: 'Playground', key: 'p' },
] as const

export const isCurrent = (path: string, page: string): boolean =>
  page === '/' ? path === '/' : path === page || path.startsWith(`${page}/`)
