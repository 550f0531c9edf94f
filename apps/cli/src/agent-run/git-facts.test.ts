import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { findProgram } from "./find-program.ts";
import { gitFacts } from "./git-facts.ts";

function folder(): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "custody-git-")));
  onTestFinished(() => rmSync(path, { force: true, recursive: true }));
  return path;
}

test("a repository is known by where it came from, its branch and its commit, and not by what opens it", async () => {
  const directory = folder();
  const git = (...parameters: string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...parameters], {
      cwd: directory,
      encoding: "utf8",
    }).trim();
  git("init", "--quiet", "--initial-branch", "work");
  expect(await gitFacts(directory)).toEqual({ branch: "work", repository: directory });
  git("commit", "--quiet", "--allow-empty", "-m", "x");
  const commit = git("rev-parse", "HEAD");
  git("remote", "add", "origin", "https://robot:ghp_secret@example.org/shop.git");
  const inner = join(directory, "inner");
  mkdirSync(inner);
  expect(await gitFacts(inner)).toEqual({
    branch: "work",
    commit,
    repository: "https://example.org/shop.git",
  });
  git("checkout", "--quiet", "--detach");
  expect(await gitFacts(directory)).toEqual({ commit, repository: "https://example.org/shop.git" });
});

test("without a repository there is nothing to say", async () => {
  expect(await gitFacts(folder())).toEqual({});
});

test("a program is found as a shell finds it", () => {
  const directory = folder();
  const file = join(directory, "robot");
  writeFileSync(file, "#!/bin/sh\n");
  expect(findProgram("robot", "/", directory)).toBe(126);
  chmodSync(file, 0o755);
  expect(findProgram("robot", "/", `/nowhere:${directory}`)).toBe(file);
  expect(findProgram("./robot", directory, "")).toBe(file);
  expect(findProgram("robot", directory, "/nowhere")).toBe(127);
  expect(findProgram(directory, "/", directory)).toBe(127);
});
