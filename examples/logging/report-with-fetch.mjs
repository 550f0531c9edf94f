const { CUSTODY_TOKEN, CUSTODY_URL } = process.env;

const answer = await fetch(new URL("/api/log", CUSTODY_URL), {
  method: "POST",
  headers: { authorization: `Bearer ${CUSTODY_TOKEN}` },
  body: [
    {
      type: "app.job.started",
      details: { job: "nightly" },
      source: { instance: "nightly-2026-11-28", sequence: 0 },
    },
    {
      type: "app.job.done",
      details: { rows: 1024 },
      source: { instance: "nightly-2026-11-28", sequence: 1 },
    },
  ]
    .map((event) => JSON.stringify(event))
    .join("\n"),
});
console.log(answer.status, await answer.text());
