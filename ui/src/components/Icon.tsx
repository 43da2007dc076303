// The icons of the design: 16 by 16, one stroke, drawn in the colour of the text.
import { memo, type ReactNode } from "react";

const dot = (cx: number, cy: number, r = 0.5): ReactNode => <circle cx={cx} cy={cy} r={r} fill="currentColor" />;
const ring = <circle cx="8" cy="8" r="5.8" />;

const ICONS = {
  search: <><circle cx="7" cy="7" r="4.3" /><path d="m10.3 10.3 3.2 3.2" /></>,
  projects: <path d="M8 2.3 14 5.3 8 8.3 2 5.3ZM2 8.3l6 3 6-3M2 11.2l6 3 6-3" />,
  tag: <><path d="M2.5 3.6v4.2c0 .4.1.7.4 1l4.9 4.9a1.4 1.4 0 0 0 2 0l3.9-3.9a1.4 1.4 0 0 0 0-2L8.8 2.9a1.4 1.4 0 0 0-1-.4H3.6a1.1 1.1 0 0 0-1.1 1.1Z" />{dot(5.6, 5.6, 0.8)}</>,
  simulator: <><circle cx="3.5" cy="12.5" r="1.5" /><circle cx="12.5" cy="3.5" r="1.5" /><path d="M5 12.5h4.75a2.25 2.25 0 0 0 0-4.5h-3.5a2.25 2.25 0 0 1 0-4.5H11" /></>,
  checklist: <><rect x="2.5" y="2.5" width="11" height="11" rx="1.8" /><path d="m5 6 .9.9 1.6-1.7M5 10.2l.9.9 1.6-1.7M9.5 6.2h1.8M9.5 10.4h1.8" /></>,
  activity: <path d="M2.5 8a5.5 5.5 0 1 0 1.7-4M2.3 2.4v2.8h2.8M8 5v3.2l2 1.3" />,
  warning: <><path d="M8 2.4 14.3 13.3H1.7Z" /><path d="M8 6.5v3.2" />{dot(8, 11.4)}</>,
  error: <>{ring}<path d="m5.9 5.9 4.2 4.2M10.1 5.9l-4.2 4.2" /></>,
  flag: <path d="M4 14V2.5M4 3.1h8l-1.9 2.8L12 8.7H4" />,
  key: <><circle cx="5.4" cy="10.6" r="2.9" /><path d="M7.5 8.5 13.5 2.5M11 5l2 2M9.2 6.8l1.3 1.3" /></>,
  plus: <path d="M8 3.2v9.6M3.2 8h9.6" />,
  settings: <><path d="M2.5 4.5h6M11.5 4.5h2M2.5 11.5h2M7.5 11.5h6" /><circle cx="10" cy="4.5" r="1.5" /><circle cx="6" cy="11.5" r="1.5" /></>,
  keyboard: <><rect x="1.8" y="4" width="12.4" height="8.2" rx="1.5" /><path d="M4.5 6.7h.1M7 6.7h.1M9.4 6.7h.1M11.7 6.7h.1M5 9.5h6" /></>,
  download: <path d="M8 2.5v7.5M4.8 7 8 10.2 11.2 7M3 13.3h10" />,
  edit: <path d="m2.8 13.2.7-3L10.9 2.8l2.3 2.3-7.4 7.4ZM9.3 4.4l2.3 2.3" />,
  arrow: <path d="M3 8h9.5M9 4.5 12.5 8 9 11.5" />,
  undo: <path d="M5.5 3.5 2.5 6.5l3 3M2.5 6.5h7.2a3.4 3.4 0 0 1 0 6.8H6" />,
  open: <circle cx="8" cy="8" r="5.2" />,
  protected: <><path d="M8 1.8 13 3.6v4.1c0 3.1-2.1 5.4-5 6.5-2.9-1.1-5-3.4-5-6.5V3.6Z" /><path fill="currentColor" stroke="none" d="M8 1.8v12.4c-2.9-1.1-5-3.4-5-6.5V3.6Z" /></>,
  immutable: <><rect x="3" y="7" width="10" height="7.2" rx="1.6" fill="currentColor" /><path d="M5 7V5.2a3 3 0 0 1 6 0V7" /></>,
  unknown: <><circle cx="8" cy="8" r="5.2" strokeDasharray="2 2" /><path d="M6.5 6.6a1.6 1.6 0 1 1 2.2 1.5c-.5.2-.7.5-.7 1" />{dot(8, 10.9)}</>,
  trash: <path d="M2.8 4.3h10.4M6 4.3V2.7h4v1.6M4.2 4.3l.6 9h6.4l.6-9" />,
  close: <path d="m4 4 8 8M12 4l-8 8" />,
  check: <path d="m3.2 8.4 3.2 3.2 6.4-7" />,
  "check-circle": <>{ring}<path d="m5.4 8.2 1.8 1.8 3.4-3.9" /></>,
  sync: <path d="M13.5 8a5.5 5.5 0 1 1-1.7-4M13.7 2.4v2.8h-2.8" />,
  globe: <>{ring}<path d="M2.2 8h11.6M8 2.2c4 3.8 4 7.8 0 11.6M8 2.2c-4 3.8-4 7.8 0 11.6" /></>,
  no: <>{ring}<path d="m4 12 8-8" /></>,
  copy: <><rect x="5.5" y="5.5" width="8" height="8" rx="1.5" /><path d="M10.5 5.5V4A1.5 1.5 0 0 0 9 2.5H4A1.5 1.5 0 0 0 2.5 4v5A1.5 1.5 0 0 0 4 10.5h1.5" /></>,
  offline: <path d="M2 2l12 12M4.7 6.2A3.4 3.4 0 0 0 4.8 13h6.7M13.6 11.6a2.9 2.9 0 0 0-1.9-4.5A4.2 4.2 0 0 0 7 4.2" />,
  clock: <><circle cx="8" cy="8" r="5.7" /><path d="M8 4.8V8.2l2.1 1.3" /></>,
  wand: <><path d="M2.8 13.2 9.5 6.5M12 2v2.5M14.2 4.2h-2.5M12.7 8v1.6M7.2 2.6v1.6" /><path d="M9.5 6.5 11 5" /></>,
  moved: <path d="M3 5.3h9.5M10 2.7l2.6 2.6L10 7.9M13 10.7H3.5M6 8.1l-2.6 2.6L6 13.3" />,
  repository: <path d="M8 1.9 13.5 4.9v6.2L8 14.1l-5.5-3V4.9ZM2.7 5 8 8l5.3-3M8 8v6" />,
  "sort-down": <path d="M8 3.5v9M4.8 9.5 8 12.7l3.2-3.2" />,
  "sort-up": <path d="M8 12.5v-9M4.8 6.5 8 3.3l3.2 3.2" />,
  "chevron-down": <path d="m4.2 6.2 3.8 3.8 3.8-3.8" />,
  "chevron-up": <path d="M4.2 9.8 8 6l3.8 3.8" />,
  "chevron-right": <path d="M6.2 4.2 10 8l-3.8 3.8" />,
  minus: <path d="M3.5 8h9" />,
  more: <>{dot(3.5, 8, 0.7)}{dot(8, 8, 0.7)}{dot(12.5, 8, 0.7)}</>,
  info: <>{ring}<path d="M8 7.4v3.4" />{dot(8, 5.2)}</>,
  terminal: <><rect x="1.8" y="2.8" width="12.4" height="10.4" rx="1.6" /><path d="m4.6 6 2 2-2 2M8.4 10.2h3" /></>,
  filter: <path d="M2.5 4.2h11M4.5 8h7M6.5 11.8h3" />,
  pause: <path d="M5.5 3.5v9M10.5 3.5v9" strokeWidth="2" />,
  external: <path d="M9.3 2.8h3.9v3.9M13 3 7.3 8.7M11.7 9.3v3a1 1 0 0 1-1 1H3.8a1 1 0 0 1-1-1V5.4a1 1 0 0 1 1-1h3" />,
  person: <><circle cx="8" cy="5.3" r="2.7" /><path d="M2.8 13.5a5.2 5.2 0 0 1 10.4 0" /></>,
  play: <path d="M5 3.2v9.6L12.5 8Z" fill="currentColor" />,
  spinner: <path d="M8 2.2A5.8 5.8 0 1 1 2.2 8" className="spin" />,
} as const satisfies Record<string, ReactNode>;

export type IconName = keyof typeof ICONS;

export interface IconProps {
  name: IconName;
  /** 16 px, 14 px (`s`, the default) or 12 px (`xs`). */
  size?: "m" | "s" | "xs";
  /** What it says, when no text beside it says so. Without it the icon is decoration. */
  label?: string;
  className?: string;
}

/** An icon. */
export const Icon = memo(function Icon({ name, size = "s", label, className }: IconProps) {
  const named = label === undefined ? { "aria-hidden": true as const } : { role: "img", "aria-label": label };
  return (
    <svg className={["i", size === "m" ? "" : size, className ?? ""].filter(Boolean).join(" ")} viewBox="0 0 16 16" {...named}>
      {ICONS[name]}
    </svg>
  );
});

/** The sign of the program. */
export function Brand() {
  return (
    <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
      <path fill="var(--c-accent)" d="M8.3 2h7.4L20.5 7v12.8A2.2 2.2 0 0 1 18.3 22H5.7a2.2 2.2 0 0 1-2.2-2.2V7Z" />
      <path fill="var(--c-on-accent)" d="M12 7.2a2.7 2.7 0 0 1 1.5 5l1 5.3h-5l1-5.3a2.7 2.7 0 0 1 1.5-5Z" />
    </svg>
  );
}
