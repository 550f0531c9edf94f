/** Whether what is sent there stays out of others' sight: it holds a token, and the key itself. */
export function isSafeAddress(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { hostname, protocol, username, password } = new URL(address);
  if (username !== "" || password !== "") return false;
  const isLoopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
  return protocol === "https:" || (protocol === "http:" && isLoopback);
}
