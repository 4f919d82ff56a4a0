import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import uPlot from "uplot";

import { type ChartHead, type Columns, type CurveRef, failureView, readColumns } from "../../platform";
import { asking } from "../../shared/asking";
import { Notice } from "../../shared/Notice";
import { type ChartsSearch, lookOf } from "./look";
import { optionsOf } from "./options";
import { drawnOf, type Readout, readouts, shortNumber, xAt } from "./points";
import "uplot/dist/uPlot.min.css";
import "./charts.css";

interface ChartProps {
  title: string;
  curves: CurveRef[];
  search: ChartsSearch;
  height: number;
  /** Asked for another stretch of the x axis; none shows the whole again. */
  onZoom: (x: [number, number] | undefined) => void;
  onTitle?: () => void;
  /** The name that the charts of a page share their crosshair by. */
  group: string;
}

/** Curves over the columns that the core reduced them to; dragging asks for the stretch anew, twice for the whole. */
export function Chart({ title, curves, search, height, onZoom, onTitle, group }: ChartProps) {
  const frame = useRef<HTMLDivElement>(null);
  const { width, isSeen } = useRoom(frame);
  const ratio = Math.min(2, window.devicePixelRatio || 1);
  // Rounded, so that a pixel more of room asks nothing anew.
  const nColumns = Math.max(50, Math.ceil((width * ratio) / 100) * 100);
  const [min, max] = search.x ?? [null, null];
  const answer = useQuery({
    ...asking("chart", {
      curves,
      look: lookOf(search),
      x: { min, max },
      y: { min: null, max: null },
      n_columns: nColumns,
      n_x_ticks: Math.max(3, Math.floor(width / 85)),
      n_y_ticks: Math.max(3, Math.floor(height / 45)),
    }),
    enabled: isSeen && width > 0 && curves.length > 0,
    placeholderData: (before, query) => {
      const asked = query?.queryKey[1] as { curves: CurveRef[] } | undefined;
      return JSON.stringify(asked?.curves) === JSON.stringify(curves) ? before : undefined;
    },
    gcTime: 20_000,
  });
  const data = useMemo(() => answer.data && readColumns<ChartHead>(answer.data), [answer.data]);
  const [at, setAt] = useState<number | null>(null);
  const told = data && at !== null ? readouts(data, at) : null;
  return (
    <figure className="chart" ref={frame} aria-label={`Chart of ${title}`}>
      <figcaption>
        {onTitle ? (
          <button type="button" className="chart-title" onClick={onTitle}>
            {title}
          </button>
        ) : (
          <span className="chart-title">{title}</span>
        )}
        <span className="quiet chart-told" aria-live="off">
          {data && told && at !== null ? `${data.head.x_word} ${xText(data, at, told)}` : summaryOf(data)}
        </span>
      </figcaption>
      {answer.error && <Notice failure={failureView(answer.error)} onRetry={() => void answer.refetch()} />}
      <div className="chart-room" style={{ height }}>
        {data && !data.head.is_empty && width > 0 && (
          <Plot
            data={data}
            isSmoothed={(search.smooth ?? 0) > 0}
            width={width}
            height={height}
            group={group}
            onAt={setAt}
            onZoom={onZoom}
          />
        )}
        {data?.head.is_empty && <p className="empty">No finite value to draw.</p>}
        {!data && !answer.error && <p className="empty">{isSeen ? "Reading…" : ""}</p>}
      </div>
      {data && (told ?? []).length > 0 && curves.length > 1 && <Readouts readouts={told ?? []} />}
    </figure>
  );
}

/** Readouts that have room below a cursor. */
const MOST_TOLD = 8;

function Readouts({ readouts }: { readouts: Readout[] }) {
  const shown = readouts.toSorted((one, other) => other.y - one.y).slice(0, MOST_TOLD);
  return (
    <ul className="readouts">
      {shown.map(({ line, y }) => (
        <li key={`${line.run}${line.key}`}>
          <span className={`swatch curve-${line.colour % 10}`} />
          <span className="readout-name">{line.name}</span>
          <span>{shortNumber(y)}</span>
        </li>
      ))}
      {readouts.length > MOST_TOLD && <li className="quiet">and {readouts.length - MOST_TOLD} more</li>}
    </ul>
  );
}

function xText(data: Columns<ChartHead>, at: number, told: Readout[]): string {
  const only = told.length === 1 ? told[0] : undefined;
  const x = only?.x ?? xAt(data, at);
  const place =
    data.head.x_word === "step"
      ? shortNumber(Math.round(x))
      : data.head.x_word === "time"
        ? new Date(x).toISOString().replace("T", " ").slice(0, 19)
        : `+${shortNumber(x / 1000)} s`;
  return only ? `${place} · ${shortNumber(only.y)}` : place;
}

function summaryOf(data: Columns<ChartHead> | undefined): string {
  const lines = data?.head.lines ?? [];
  return lines.length === 1 ? (lines[0]?.told ?? "") : "";
}

interface PlotProps {
  data: Columns<ChartHead>;
  isSmoothed: boolean;
  width: number;
  height: number;
  group: string;
  onAt: (share: number | null) => void;
  onZoom: (x: [number, number] | undefined) => void;
}

/** uPlot on a square of shares: both axes are the core's. */
function Plot({ data, isSmoothed, width, height, group, onAt, onZoom }: PlotProps) {
  const room = useRef<HTMLDivElement>(null);
  const latest = useRef({ data, onAt, onZoom });
  latest.current = { data, onAt, onZoom };
  const scheme = useScheme();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another scheme is other colours.
  useEffect(() => {
    const target = room.current;
    if (target === null) {
      return;
    }
    const plot = new uPlot(
      optionsOf(data.head, {
        isSmoothed,
        width,
        height,
        group,
        style: getComputedStyle(target),
        onAt: (share) => latest.current.onAt(share),
        onZoom: (from, to) =>
          latest.current.onZoom([xAt(latest.current.data, from), xAt(latest.current.data, to)]),
      }),
      drawnOf(data, isSmoothed) as uPlot.AlignedData,
      target,
    );
    const whole = () => latest.current.onZoom(undefined);
    plot.over.addEventListener("dblclick", whole);
    return () => plot.destroy();
  }, [data, isSmoothed, width, height, group, scheme]);
  return <div ref={room} />;
}

/** The width of an element, and whether it was ever in view. */
function useRoom(frame: { current: HTMLElement | null }) {
  const [width, setWidth] = useState(0);
  const [isSeen, setIsSeen] = useState(false);
  useEffect(() => {
    const element = frame.current;
    if (element === null) {
      return;
    }
    const measured = new ResizeObserver(() => setWidth(Math.floor(element.clientWidth)));
    measured.observe(element);
    const seen = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && setIsSeen(true),
      { rootMargin: "200px" },
    );
    seen.observe(element);
    return () => {
      measured.disconnect();
      seen.disconnect();
    };
  }, [frame]);
  return { width, isSeen };
}

function useScheme(): boolean {
  const media = useMemo(() => window.matchMedia?.("(prefers-color-scheme: dark)"), []);
  const [isDark, setIsDark] = useState(media?.matches ?? false);
  useEffect(() => {
    const change = () => setIsDark(media?.matches ?? false);
    media?.addEventListener("change", change);
    return () => media?.removeEventListener("change", change);
  }, [media]);
  return isDark;
}
