import { type Context, createContext } from "react";

/**
 * The index of the newest record of the action that is open, as the list knows it: when it grows, the open record is
 * loaded again. Undefined when the action is not in the list.
 */
export const NewestIndex: Context<number | undefined> = createContext<number | undefined>(undefined);
