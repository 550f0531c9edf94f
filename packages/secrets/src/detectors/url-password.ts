import { isMark } from "../mark.ts";
import { isStandIn } from "../random-looking.ts";
import type { Detector } from "./detector.ts";

// RFC 3986, section 3.2.1, and more: people write `#` and `?` in passwords without encoding them.
const withPassword = /:(?:\\?\/){2}[^\s"'`<>\\/?#@:]{0,256}:([^\s\x00-\x1f"'`<>\\/]{1,1024})@/y;
const unfinished = /:(?:\\?\/){2}[^\s"'`<>\\/?#@:]{0,256}:([^\s\x00-\x1f"'`<>\\/]{0,1024})$/y;

/** The password in `scheme://user:password@host`. */
export const urlPassword: Detector = {
  anchors: ["://", ":\\/\\/"],
  find: (text, at) => {
    if (!isAfterScheme(text, at)) return undefined;
    withPassword.lastIndex = at;
    const password = withPassword.exec(text)?.[1];
    // `//host:8080?to=a@b` has a port there, not a password.
    if (password === undefined || /^\d{1,5}[?#]/.test(password)) return undefined;
    if (isMark(password) || isStandIn(password)) return undefined;
    const end = withPassword.lastIndex - 1;
    return { start: end - password.length, end, kind: "url-password" };
  },
  openFrom: (text, at) => {
    if (!isAfterScheme(text, at)) return undefined;
    unfinished.lastIndex = at;
    const password = unfinished.exec(text)?.[1];
    return password === undefined ? undefined : text.length - password.length;
  },
};

function isAfterScheme(text: string, at: number): boolean {
  return at > 0 && /[A-Za-z0-9+.-]/.test(text[at - 1] as string);
}
