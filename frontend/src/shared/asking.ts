import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import { commands, type Method, type Params, rpc } from "../platform";

/** A command as a query: its key is what is asked, so what stands on a topic is found by it. */
export function asking<M extends Method>(method: M, params: Params<M>) {
  return queryOptions({ queryKey: [method, params] as const, queryFn: () => rpc(method, params) });
}

/** A command that changes something: what stands on what it changes is asked for again. */
export function useChange<M extends Method>(method: M) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (params: Params<M>) => rpc(method, params),
    onSuccess: () =>
      queries.invalidateQueries({
        predicate: ({ queryKey }) => {
          const reads: readonly string[] = commands[queryKey[0] as Method]?.reads ?? [];
          const changes: readonly string[] = commands[method].changes;
          return reads.some((topic) => changes.includes(topic));
        },
      }),
  });
}
