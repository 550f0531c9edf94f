let minute = "";
let minuteMs = 0;

/**
 * Whole milliseconds of a record's time, `2026-11-20T16:40:03.037512Z`. The same as `Date.parse`, which cuts off what
 * is below; but as all records of one minute share most of their text, that part is parsed once.
 */
export function timeMs(time: string): number {
  if (minute === "" || !time.startsWith(minute)) {
    minute = time.slice(0, "2026-11-20T16:40:".length);
    minuteMs = Date.parse(`${minute}00Z`);
  }
  return minuteMs + digits(time, 17, 2) * 1000 + digits(time, 20, 3);
}

function digits(text: string, start: number, count: number): number {
  let value = 0;
  for (let at = start; at < start + count; at += 1) value = value * 10 + text.charCodeAt(at) - 48;
  return value;
}
