import { useQuery } from "@tanstack/react-query";

import { asking } from "../../shared/asking";

/** Whether the open store may be changed. */
export function useMayChange(): boolean {
  const start = useQuery(asking("start", undefined));
  return start.data?.store?.read_only === false;
}
