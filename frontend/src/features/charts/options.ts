import type uPlot from "uplot";

import type { ChartHead, TickView } from "../../platform";

interface Wanted {
  isSmoothed: boolean;
  width: number;
  height: number;
  group: string;
  style: CSSStyleDeclaration;
  onAt: (share: number | null) => void;
  onZoom: (from: number, to: number) => void;
}

/** Pixels that the cursor moves at least before a drag is a zoom. */
const DRAGGED = 6;

/** How uPlot draws a chart: scales from 0 to 1, marks where the core has them. */
export function optionsOf(head: ChartHead, wanted: Wanted): uPlot.Options {
  const { style } = wanted;
  const ink = colour(style, "--muted");
  const grid = { stroke: colour(style, "--hair"), width: 1 };
  const axis = (ticks: TickView[], size: number): uPlot.Axis => ({
    stroke: ink,
    font: "11px system-ui, sans-serif",
    grid,
    ticks: { show: false },
    size,
    gap: 4,
    splits: () => ticks.map((tick) => tick.share),
    values: () => ticks.map((tick) => tick.label),
  });
  const widest = Math.max(3, ...head.y_ticks.map((tick) => tick.label.length));
  const series = head.lines.flatMap((line): uPlot.Series[] => {
    const stroke = colour(style, `--curve-${line.colour % 10}`);
    const strong = { stroke, width: 1.5, points: { show: false } };
    const points = line.n_points === 1 ? { show: true, size: 7, fill: stroke } : { show: false };
    return wanted.isSmoothed ? [{ ...strong, width: 1, alpha: 0.28 }, strong] : [{ ...strong, points }];
  });
  return {
    width: wanted.width,
    height: wanted.height,
    padding: [8, 10, 0, 0],
    legend: { show: false },
    scales: { x: { time: false, range: [0, 1] }, y: { range: [0, 1] } },
    axes: [axis(head.x_ticks, 24), axis(head.y_ticks, 14 + widest * 6.4)],
    series: [{}, ...series],
    cursor: {
      y: false,
      points: { show: false },
      sync: { key: wanted.group, scales: ["x", null] },
      drag: { x: true, y: false, setScale: false },
    },
    hooks: {
      setCursor: [
        (plot) => {
          const { left } = plot.cursor;
          const isOver = left !== undefined && left !== null && left >= 0;
          wanted.onAt(isOver ? left / plot.over.clientWidth : null);
        },
      ],
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width > DRAGGED) {
            const whole = plot.over.clientWidth;
            wanted.onZoom(left / whole, (left + width) / whole);
            plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          }
        },
      ],
    },
  };
}

/** A colour of the theme as it is now; a canvas does not know `light-dark()`. */
function colour(style: CSSStyleDeclaration, name: string): string {
  const probe = document.createElement("span");
  probe.style.color = style.getPropertyValue(name);
  document.body.append(probe);
  const computed = getComputedStyle(probe).color;
  probe.remove();
  return computed;
}
