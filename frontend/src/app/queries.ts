import { QueryClient } from "@tanstack/react-query";

import { commands, followChanges, type Method, type Topic } from "../platform";

/** The core is in the same process: asking costs little, and its failures are final until somebody acts. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      retry: false,
      networkMode: "always",
      refetchOnWindowFocus: false,
      staleTime: Number.POSITIVE_INFINITY,
    },
    mutations: { networkMode: "always" },
  },
});

/** Asks again for whatever stands on these topics and is looked at. */
export function refetch(topics: readonly Topic[]): Promise<void> {
  return queries.invalidateQueries({
    predicate: ({ queryKey }) => {
      const command = commands[queryKey[0] as Method];
      return command?.reads.some((topic) => topics.includes(topic)) ?? false;
    },
  });
}

/** Follows what changes in the store as long as the page is there. */
export function followStore(): void {
  followChanges(({ topics }) => void refetch(topics));
}
