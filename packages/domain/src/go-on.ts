/**
 * Goes on with a value: at once when it is there, later when it is still to come.
 *
 * An `await` in its place would let a turn of the microtask queue pass, and make two promises, also where nothing has to
 * wait; several of them stand in the way of every statement.
 */
export function goOn<Value, Result>(
  value: Value | Promise<Value>,
  next: (value: Value) => Result | Promise<Result>,
): Result | Promise<Result> {
  return value instanceof Promise ? value.then(next) : next(value);
}
