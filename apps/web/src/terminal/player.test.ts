import { expect, test, vi } from "vitest";
import { Player } from "./player.ts";
import { Screen, type ShownScreen } from "./screen.ts";

const events = [
  { atUs: 0, code: "o", data: "one\r\n" },
  {
    atUs: 1_000_000,
    code: "o",
    data: "\u001b[1;31mtwo\u001b[0m \u001b]52;c;c3RvbGVu\u0007\u001b]0;title\u0007",
  },
  { atUs: 2_000_000, code: "r", data: "20x3" },
  { atUs: 3_000_000, code: "o", data: "\u001b[2J\u001b[Hthree" },
];
const textOf = ({ lines }: ShownScreen) =>
  lines
    .map((runs) =>
      runs
        .map(({ text }) => text)
        .join("")
        .trimEnd(),
    )
    .filter(Boolean);

test("a replay shows what stood there at any time, onwards and back", async () => {
  const player = new Player(events, 10, 4);
  expect(player.endUs).toBe(3_000_000);
  expect(textOf(await player.at(0))).toEqual(["one"]);
  expect(textOf(await player.at(1_500_000))).toEqual(["one", "two"]);
  const last = await player.at(9_000_000);
  expect(textOf(last)).toEqual(["three"]);
  expect([last.columns, last.rows]).toEqual([20, 3]);
  const back = await player.at(1_000_000);
  expect(textOf(back)).toEqual(["one", "two"]);
  expect([back.columns, back.rows]).toEqual([10, 4]);
  player.dispose();
});

test("colours and weight are kept, and what is no text shows nothing", async () => {
  const player = new Player(events, 10, 4);
  const { lines } = await player.at(1_000_000);
  expect(lines[1]?.[0]).toEqual({ look: { color: "var(--terminal-1)", fontWeight: "bold" }, text: "two" });
  expect(
    lines
      .flat()
      .map(({ text }) => text)
      .join(""),
  ).not.toMatch(/stolen|c3R|title/);
  player.dispose();
});

test("whoever asks for another time meanwhile gets that one", async () => {
  const player = new Player(events, 10, 4);
  const [first, second] = await Promise.all([player.at(1_000_000), player.at(3_000_000)]);
  expect(textOf(first)).toEqual(textOf(second));
  expect(textOf(second)).toEqual(["three"]);
  player.dispose();
});

test("whoever asks in the very moment in which it has arrived is taken there as well", async () => {
  const { show } = Screen.prototype;
  for (let turns = 0; turns < 10; turns += 1) {
    const player = new Player(events, 10, 4);
    let second: Promise<ShownScreen> | undefined;
    const spy = vi.spyOn(Screen.prototype, "show").mockImplementationOnce(async function (
      this: Screen,
      given,
    ) {
      await show.call(this, given);
      void (async () => {
        for (let turn = 0; turn < turns; turn += 1) await undefined;
        second = player.at(1_500_000);
      })();
    });
    await player.at(0);
    await vi.waitUntil(() => second !== undefined);
    expect(textOf((await second) as ShownScreen), `${turns} turns`).toEqual(["one", "two"]);
    spy.mockRestore();
    player.dispose();
  }
});
