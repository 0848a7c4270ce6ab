'use client'

import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { DemoAct } from '../fleet/demo.ts'
import type { ApplyRequest } from '../fleet/plan.ts'
import { api } from './api.ts'
import { lockKeys } from './live.tsx'
import { serverClock } from './server-clock.ts'

export const LOCKS_PAGE = 200
const AUDIT_PAGE = 100

export const useOverview = () =>
  useQuery({ queryKey: lockKeys.overview, queryFn: ({ signal }) => api.overview(signal) })

export const useNodes = () =>
  useQuery({ queryKey: lockKeys.nodes, queryFn: ({ signal }) => api.nodes(signal) })

const FINDINGS_REFRESH_MS = 3_000

/** What makes locks less safe than somebody may think. Asked for again while somebody looks. */
export const useFindings = () =>
  useQuery({
    queryKey: lockKeys.findings,
    queryFn: ({ signal }) => api.findings(signal),
    refetchInterval: FINDINGS_REFRESH_MS,
  })

/** Who waits for whom. Asked for again while somebody looks. */
export const useWaitsFor = () =>
  useQuery({
    queryKey: lockKeys.waitsFor,
    queryFn: ({ signal }) => api.waitsFor(signal),
    refetchInterval: FINDINGS_REFRESH_MS,
  })

export const useLocks = (q: string, sort: string) =>
  useInfiniteQuery({
    queryKey: lockKeys.locks(q, sort),
    queryFn: ({ pageParam, signal }) => api.locks({ q, sort, cursor: pageParam, limit: LOCKS_PAGE }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: (before) => before,
  })

const FOUND_LOCKS = 20

/** The first that a filter matches, for whoever looks for something; nothing is asked without one. */
export const useFoundLocks = (q: string | null) =>
  useQuery({
    queryKey: ['found', q],
    queryFn: ({ signal }) =>
      api.locks({ q: q ?? '', sort: 'trouble', cursor: null, limit: FOUND_LOCKS }, signal),
    enabled: q !== null,
    staleTime: 0,
    placeholderData: (before) => (q === null ? undefined : before),
  })

export const useLock = (id: string) =>
  useQuery({
    queryKey: lockKeys.lock(id),
    queryFn: async ({ signal }) => ({ ...(await api.lock(id, signal)), gone: false }),
  })

/** Frames tell of the lock and not of this, so it is asked for apart whenever somebody opens the page. */
export const useUsual = (id: string) =>
  useQuery({
    queryKey: lockKeys.usual(id),
    queryFn: async ({ signal }) => (await api.lock(id, signal)).usual ?? null,
    staleTime: 0,
  })

export const TIMELINE_REFRESH_MS = 3_000

/** The last `spanMs` up to now. Asked for again while somebody looks: spans are derived from what was recorded. */
export const useTimeline = (id: string, spanMs: number) =>
  useQuery({
    queryKey: [...lockKeys.timeline(id), spanMs],
    queryFn: ({ signal }) => {
      const to = serverClock.now() ?? Date.now()
      const range = { from: new Date(to - spanMs).toISOString(), to: new Date(to).toISOString() }
      return api.timeline(id, range, signal)
    },
    refetchInterval: TIMELINE_REFRESH_MS,
    placeholderData: (before) => before,
  })

export const useAudit = (lock: string | null) =>
  useInfiniteQuery({
    queryKey: lockKeys.audit(lock),
    queryFn: ({ pageParam, signal }) => api.audit({ lock, cursor: pageParam, limit: AUDIT_PAGE }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: (query) => ((query.state.data?.pages.length ?? 0) > 1 ? false : 5_000),
  })

export const useMakePlan = () =>
  useMutation({
    mutationFn: ({ id, seen }: { id: string; seen: string }) =>
      api.makePlan({ act: 'release', locks: [{ id, seen }] }),
  })

export const useApplyPlan = (lock: string) => {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ plan, request, key }: { plan: string; request: ApplyRequest; key: string }) =>
      api.applyPlan(plan, request, key),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: lockKeys.lock(lock) }),
        client.invalidateQueries({ queryKey: lockKeys.timeline(lock) }),
        client.invalidateQueries({ queryKey: ['audit'] }),
      ]),
  })
}

export const useDemo = () => useQuery({ queryKey: lockKeys.demo, queryFn: ({ signal }) => api.demo(signal) })

export const useDemoAct = () => {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (act: DemoAct) => api.demoAct(act),
    onSuccess: (state) => client.setQueryData(lockKeys.demo, state),
  })
}
