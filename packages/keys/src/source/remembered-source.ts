import type { KeySource } from "@custody/ledger";

/** Both keys of a source, for a reader in another process. */
export interface HeldKeys {
  readonly current: Buffer | undefined;
  readonly prepared: Buffer | undefined;
}

export interface RememberedSource extends KeySource {
  held(): Promise<HeldKeys>;
}

/**
 * A source that is asked once. For the ledger's one writer, which is the only one that rotates the key: readers beside
 * it need neither its credentials nor a service that answers at every moment.
 */
export function rememberedSource(source: KeySource): RememberedSource {
  let current: Promise<Buffer | undefined> | undefined;
  let prepared: Promise<Buffer | undefined> | undefined;
  const { description, rotation } = source;
  const read = () => {
    current ??= source.read().catch((error) => {
      current = undefined;
      throw error;
    });
    return current;
  };
  const readPrepared = () => {
    prepared ??= (rotation?.readPrepared() ?? Promise.resolve(undefined)).catch((error) => {
      prepared = undefined;
      throw error;
    });
    return prepared;
  };
  return {
    description,
    async held() {
      // In this order: a rotation that ends in between must not leave the old key alone.
      const next = await readPrepared();
      return { current: await read(), prepared: next };
    },
    read,
    ...(rotation && {
      rotation: {
        async prepare(key) {
          await rotation.prepare(key);
          prepared = Promise.resolve(Buffer.from(key));
        },
        readPrepared,
        async commit() {
          const next = await readPrepared();
          await rotation.commit();
          if (next !== undefined) current = Promise.resolve(next);
          prepared = Promise.resolve(undefined);
        },
      },
    }),
  };
}
