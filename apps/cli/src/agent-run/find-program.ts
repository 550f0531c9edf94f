import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";

/** As a shell says it. */
export const NOT_FOUND_STATUS = 127;
export const NOT_EXECUTABLE_STATUS = 126;

/** The program's file, or the status with which a shell would refuse: it is looked for before anything begins. */
export function findProgram(
  name: string,
  directory: string,
  path: string | undefined,
): string | typeof NOT_FOUND_STATUS | typeof NOT_EXECUTABLE_STATUS {
  const places = name.includes("/")
    ? [resolve(directory, name)]
    : (path ?? "").split(delimiter).map((folder) => join(resolve(directory, folder), name));
  const files = places.filter(isFile);
  const [first] = files.filter(isExecutable);
  if (first !== undefined) return first;
  return files.length === 0 ? NOT_FOUND_STATUS : NOT_EXECUTABLE_STATUS;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
