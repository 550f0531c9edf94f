/**
 * A value that is being made. Where one is made for each statement, members that may be missing are set one by one: an
 * object that others are spread into has a shape of its own for the engine, each time, and whatever reads it later has to
 * look its members up by name.
 */
export type Unfinished<Value> = { -readonly [Member in keyof Value]: Value[Member] };
