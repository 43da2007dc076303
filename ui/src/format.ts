// Numbers, ages, sizes and digests as they are shown.

const GROUPED = new Intl.NumberFormat("en-US");

/** `1,204`. */
export function number(value: number): string {
  return GROUPED.format(value);
}

/** A part of a whole in whole per cent; only nothing is 0 and only everything is 100. */
export function percent(part: number, whole: number): number {
  if (whole <= 0 || part <= 0) return 0;
  if (part >= whole) return 100;
  return Math.min(99, Math.max(1, Math.round((part / whole) * 100)));
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Seconds of now. */
export function nowSeconds(): number {
  return Date.now() / 1000;
}

/** `40 s`, `2 min`, `6 h`, `3 d`, `5 mo`, `2 y`. A moment in the future counts as now. */
export function age(at: number, now: number = nowSeconds()): string {
  const seconds = Math.max(0, Math.floor(now - at));
  if (seconds < MINUTE) return `${seconds} s`;
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min`;
  if (seconds < DAY) return `${Math.floor(seconds / HOUR)} h`;
  const days = Math.floor(seconds / DAY);
  if (days < 90) return `${days} d`;
  if (days < 730) return `${Math.floor(days / 30.44)} mo`;
  return `${Math.floor(days / 365.25)} y`;
}

/** `2 min ago`, `just now`. */
export function ago(at: number, now: number = nowSeconds()): string {
  return now - at < 5 ? "just now" : `${age(at, now)} ago`;
}

const MOMENT = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });
const DATE = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

/** `20 Nov 2026, 11:42`, in the time of this computer: what an age shows on hover. */
export function moment(at: number): string {
  return MOMENT.format(new Date(at * 1000));
}

/** `20 Nov 2026`. */
export function date(at: number): string {
  return DATE.format(new Date(at * 1000));
}

/** `11:42`. */
export function clock(at: number): string {
  return TIME.format(new Date(at * 1000));
}

/** `today, 11:42`, or the date. */
export function day(at: number, now: number = nowSeconds()): string {
  return date(at) === date(now) ? `today, ${clock(at)}` : moment(at);
}

/** `12 s`, `about 3 min`. */
export function duration(seconds: number): string {
  if (seconds < 50) return `${Math.max(1, Math.ceil(seconds))} s`;
  return `${Math.round(seconds / 60) || 1} min`;
}

const UNITS = ["B", "kB", "MB", "GB", "TB"] as const;

/** `84 MB`: decimal units, three digits at most. */
export function bytes(value: number): string {
  let size = value;
  let unit = 0;
  while (size >= 999.5 && unit < UNITS.length - 1) {
    size /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || size >= 99.95 ? 0 : 1;
  return `${size.toFixed(digits).replace(/\.0$/, "")} ${UNITS[unit] ?? "B"}`;
}

/** The first eight characters of a digest, without its algorithm. */
export function shortDigest(digest: string): string {
  return digest.slice(digest.indexOf(":") + 1).slice(0, 8);
}
