import type { JoinedBy } from "@custody/domain";
import type { Piece } from "./piece.ts";
import type { SessionPieces } from "./session-pieces.ts";

/** Where a piece belongs. Without a parent it stands by itself, or, if it names one, is not joined. */
export interface Joint {
  readonly parent?: Piece;
  readonly by?: JoinedBy;
  readonly missing?: { readonly kind: "prompt" | "request" | "tool"; readonly id: string };
}

/** Finds what each act of one session came from: never more than records say, and by which right. */
export class SessionJoiner {
  /** The prompt before each request. */
  readonly #promptBefore = new Map<Piece, Piece>();
  readonly #tools: readonly Piece[];
  readonly #byAction = new Map<string, Piece>();
  readonly #byTool = new Map<string, Piece>();
  /** By a request's action: the prompt that came with it, or that its tool calls name. */
  readonly #promptOfRequest = new Map<string, Piece>();

  constructor({ pieces }: Pick<SessionPieces, "pieces">) {
    this.#tools = pieces.filter(({ kind }) => kind === "tool");
    for (const piece of pieces) this.#byAction.set(`${piece.kind} ${piece.action}`, piece);
    // A provider may use an identifier again, in another run of the same session: then the first is meant.
    for (const piece of this.#tools)
      if (piece.tool !== undefined && !this.#byTool.has(piece.tool)) this.#byTool.set(piece.tool, piece);
    for (const { prompt, request } of this.#tools)
      this.#remember(request, prompt && this.#act("prompt", prompt));
    let last: Piece | undefined;
    for (const piece of pieces) {
      if (piece.kind === "prompt") {
        last = piece;
        this.#remember(piece.request, piece);
      } else if (last !== undefined) this.#promptBefore.set(piece, last);
    }
  }

  jointOf(piece: Piece): Joint {
    switch (piece.kind) {
      case "prompt":
        return {};
      case "request":
        return this.#ofRequest(piece);
      case "tool":
        return this.#ofTool(piece);
      case "statement":
        return this.#ofStatement(piece);
    }
  }

  /** The call that was running at a time, if it was the only one. */
  onlyToolAt(index: number, time: string): Piece | undefined {
    const running = this.#tools.filter(
      (tool) => tool.index < index && (tool.endedAt === undefined || tool.endedAt >= time),
    );
    return running.length === 1 ? running[0] : undefined;
  }

  tool(id: string): Piece | undefined {
    return this.#byTool.get(id);
  }

  #remember(request: string | undefined, prompt: Piece | undefined | ""): void {
    if (request !== undefined && prompt) this.#promptOfRequest.set(request, prompt);
  }

  #act(kind: Piece["kind"], action: string): Piece | undefined {
    return this.#byAction.get(`${kind} ${action}`);
  }

  #ofRequest(piece: Piece): Joint {
    if (piece.prompt !== undefined) return this.#named("prompt", piece.prompt);
    const known = this.#promptOfRequest.get(piece.action);
    if (known !== undefined) return { by: "id", parent: known };
    // A turn goes on until the next prompt; what a program asks beside it cannot be told apart.
    const before = this.#promptBefore.get(piece);
    return before === undefined ? {} : { by: "time", parent: before };
  }

  #ofTool(piece: Piece): Joint {
    if (piece.request !== undefined) {
      const joint = this.#named("request", piece.request);
      if (joint.parent !== undefined || piece.prompt === undefined) return joint;
    }
    return piece.prompt === undefined ? {} : this.#named("prompt", piece.prompt);
  }

  #ofStatement(piece: Piece): Joint {
    if (piece.tool !== undefined) {
      const parent = this.#byTool.get(piece.tool);
      if (parent !== undefined) return { by: piece.toolBy ?? "id", parent };
      return { missing: { id: piece.tool, kind: "tool" } };
    }
    return piece.prompt === undefined ? {} : this.#named("prompt", piece.prompt);
  }

  #named(kind: "prompt" | "request", action: string): Joint {
    const parent = this.#act(kind, action);
    return parent === undefined ? { missing: { id: action, kind } } : { by: "id", parent };
  }
}
