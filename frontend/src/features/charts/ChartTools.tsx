import { Slider } from "@base-ui/react/slider";

import type { ChartsSearch } from "./look";

interface ChartToolsProps {
  search: ChartsSearch;
  /** A part that is undefined is dropped. */
  onChange: (change: { [K in keyof ChartsSearch]?: ChartsSearch[K] | undefined }) => void;
}

/** How all charts of a page show their curves. */
export function ChartTools({ search, onChange }: ChartToolsProps) {
  const smooth = search.smooth ?? 0;
  return (
    <div className="tools chart-tools" role="toolbar" aria-label="Charts">
      <label className="tool">
        <span className="quiet">x</span>
        <select
          className="select"
          value={search.axis ?? "step"}
          onChange={(event) => {
            const axis = event.target.value;
            onChange({ axis: axis === "step" ? undefined : (axis as "time"), x: undefined });
          }}
        >
          <option value="step">step</option>
          <option value="time">wall time</option>
          <option value="relative">relative time</option>
        </select>
      </label>
      <button
        type="button"
        className="button"
        aria-pressed={search.logx ?? false}
        disabled={search.axis === "time"}
        onClick={() => onChange({ logx: search.logx ? undefined : true })}
      >
        log x
      </button>
      <label className="tool">
        <span className="quiet">y</span>
        <select
          className="select"
          value={search.scale ?? "linear"}
          onChange={(event) => {
            const scale = event.target.value;
            onChange({ scale: scale === "linear" ? undefined : (scale as "log") });
          }}
        >
          <option value="linear">linear</option>
          <option value="log">log</option>
          <option value="symlog">symmetric log</option>
        </select>
      </label>
      <Slider.Root
        className="slider"
        min={0}
        max={0.99}
        step={0.01}
        value={smooth}
        onValueChange={(value) => onChange({ smooth: value === 0 ? undefined : (value as number) })}
      >
        <span className="quiet">smooth</span>
        <Slider.Control className="slider-control">
          <Slider.Track className="slider-track">
            <Slider.Indicator className="slider-indicator" />
            <Slider.Thumb className="slider-thumb" aria-label="Smoothing" />
          </Slider.Track>
        </Slider.Control>
        <span className="slider-value">{smooth === 0 ? "off" : smooth.toFixed(2)}</span>
      </Slider.Root>
      <button
        type="button"
        className="button"
        aria-pressed={search.clip ?? false}
        onClick={() => onChange({ clip: search.clip ? undefined : true })}
      >
        clip outliers
      </button>
      {search.x && (
        <button type="button" className="button" onClick={() => onChange({ x: undefined })}>
          Show the whole
        </button>
      )}
    </div>
  );
}
