import { queryOptions } from "@tanstack/react-query";

import { about, experiments } from "../../platform";

export const aboutQuery = queryOptions({
  queryKey: ["about"],
  queryFn: () => about(),
  staleTime: Number.POSITIVE_INFINITY,
});

export const experimentsQuery = queryOptions({
  queryKey: ["experiments"],
  queryFn: () => experiments(),
});
