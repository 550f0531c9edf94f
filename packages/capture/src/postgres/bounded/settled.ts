/** A promise that never rejects, since what is sent together is looked at one after the other. */
export type Settled<Value> =
  | { readonly value: Value; readonly error?: undefined }
  | { readonly error: unknown };

export function settled<Value>(promise: Promise<Value>): Promise<Settled<Value>> {
  return promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
}

/** @throws what it was rejected with */
export function wanted<Value>(one: Settled<Value>): Value {
  if ("value" in one) return one.value;
  throw one.error;
}
