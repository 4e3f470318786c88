// The Worker that the conformance tests run inside workerd: it makes the calls that it is sent, in
// order, through the real KV and D1 bindings, and tells what they answered.
//
//   POST /run {"store": 3, "now": 2000000000100, "ops": [...]}
//     -> {"answers": [...], "late": false}
//
// `store` chooses a namespace and a database, `now` is KV's time in ms at the start: it stands still
// but for "wait" operations. `late` says that the machine was too slow to keep it so, and that
// answers which depend on time are worth nothing. README.md describes operations and answers.

let skew = 0; // how far KV's clock is ahead of the machine's
const cursors = new Map(); // of each store's last list
const expiring = new Set(); // stores whose answers depend on the time

const DRIFT_KEPT_MS = 200;
const DRIFT_MAX_MS = 800;
const LONG = 2048;

function bytesOf(hex) {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

function hexOf(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// UTF-8 in which lone surrogates may stand, as three bytes each.
function textOf(bytes) {
  let text = "";
  let run = 0;
  const flush = (end) => (text += new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(run, end)));
  for (let i = 0; i + 2 < bytes.length; ++i) {
    if (bytes[i] !== 0xed || bytes[i + 1] < 0xa0) continue;
    flush(i);
    text += String.fromCharCode(0xd000 | ((bytes[i + 1] & 0x3f) << 6) | (bytes[i + 2] & 0x3f));
    run = i + 3;
    i += 2;
  }
  flush(bytes.length);
  return text;
}

function decoded(value) {
  if (Array.isArray(value)) return value.map(decoded);
  if (value === null || typeof value !== "object") return value;
  if ("hex" in value) return bytesOf(value.hex).buffer;
  if ("wtf8" in value) return textOf(bytesOf(value.wtf8));
  if ("number" in value) return Number(value.number);
  if ("fill" in value) return value.fill.repeat(value.n);
  throw new Error("unknown value " + JSON.stringify(value));
}

function encodedBytes(bytes) {
  return bytes.length > LONG ? { bytes: bytes.length, head: hexOf(bytes.subarray(0, 16)) } : { hex: hexOf(bytes) };
}

function encoded(value) {
  if (typeof value === "string") {
    return value.length > LONG ? { chars: value.length, head: value.slice(0, 16) } : value;
  }
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (value === undefined) return null;
  if (Array.isArray(value)) return encodedBytes(Uint8Array.from(value)); // D1 gives blobs so
  if (value instanceof ArrayBuffer) return encodedBytes(new Uint8Array(value));
  return value;
}

const asText = (metadata) => (metadata === null || metadata === undefined ? "" : JSON.stringify(metadata));

const kv = {
  async put({ kv }, op) {
    const options = {};
    if ("ttl" in op) options.expirationTtl = op.ttl;
    if ("expiration" in op) options.expiration = op.expiration;
    if ("metadata" in op) options.metadata = JSON.parse(op.metadata);
    await kv.put(decoded(op.key), decoded(op.value), options);
    return {};
  },
  async get({ kv }, op) {
    const key = decoded(op.key);
    if (op.as === "metadata") {
      const { value, metadata } = await kv.getWithMetadata(key, "arrayBuffer");
      return value === null ? { value } : { value: encoded(value), metadata: asText(metadata) };
    }
    if (op.as === "json") {
      // The engine's words about what is wrong with a text are none of the service's.
      try {
        return { json: await kv.get(key, "json") };
      } catch (error) {
        if (error instanceof SyntaxError) return { error: "not JSON" };
        throw error;
      }
    }
    const value = await kv.get(key, op.as === "bytes" ? "arrayBuffer" : op.as);
    if (value instanceof ReadableStream) {
      return { value: encoded(await new Response(value).arrayBuffer()) };
    }
    return { value: encoded(value) };
  },
  async get_many({ kv }, op) {
    const keys = decoded(op.keys);
    const values = await kv.get(keys);
    return { values: keys.map((key) => encoded(values.get(key))) };
  },
  async remove({ kv }, op) {
    await kv.delete(decoded(op.key));
    return {};
  },
  async list({ kv, store }, op) {
    const prefix = decoded(op.prefix);
    const options = { prefix, limit: op.limit };
    const last = cursors.get(store);
    if (op.cursor === "last") options.cursor = last?.cursor;
    else if ("cursor" in op) options.cursor = op.cursor;
    cursors.delete(store);
    const page = await kv.list(options);
    // Where the fake refuses a cursor (made by hand, or of another prefix), it gives none either.
    const goes_on = options.cursor === undefined || (op.cursor === "last" && last.prefix === prefix);
    if (!page.list_complete && goes_on) cursors.set(store, { cursor: page.cursor, prefix });
    const keys = page.keys.map(({ name, expiration, metadata }) => ({
      name: encoded(name),
      expiration: expiration ?? null,
      metadata: asText(metadata),
    }));
    return { keys, complete: page.list_complete, cursor: page.cursor !== undefined };
  },
};

const metaOf = ({ changes, last_row_id, rows_read, rows_written }) => ({
  changes,
  last_row_id,
  rows_read,
  rows_written,
});
const objectOf = (row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, encoded(value)]));
const resultOf = ({ results, meta }) => ({ rows: results.map(objectOf), meta: metaOf(meta) });
// With the columns in their order, for callers who read by position.
const orderedResultOf = ({ results, meta }) => ({
  columns: Object.keys(results[0] ?? {}),
  rows: results.map((row) => Object.values(row).map(encoded)),
  meta: metaOf(meta),
});

function prepared(d1, { sql, bind }) {
  const statement = d1.prepare(decoded(sql));
  return bind === undefined ? statement : statement.bind(...decoded(bind));
}

const d1 = {
  async query({ d1 }, op) {
    const statement = prepared(d1, op);
    switch (op.as) {
      case "all":
        return resultOf(await statement.all());
      case "run":
        return resultOf(await statement.run());
      case "first": {
        const row = await statement.first();
        return { row: row === null ? null : objectOf(row) };
      }
      default: {
        const [columns, ...rows] = await statement.raw({ columnNames: true });
        return { columns, rows: rows.map((row) => row.map(encoded)) };
      }
    }
  },
  async batch({ d1 }, op) {
    const results = await d1.batch(op.statements.map((statement) => prepared(d1, statement)));
    return { results: results.map(op.ordered ? orderedResultOf : resultOf) };
  },
  async exec({ d1 }, op) {
    return { count: (await d1.exec(decoded(op.text))).count };
  },
};

export default {
  async fetch(request, env) {
    const { store, now, ops } = await request.json();
    const stores = { kv: env["KV" + store], d1: env["D1_" + store], store };
    let target = now;
    let late = false;
    const drift = () => Date.now() + skew - target;
    const align = async () => {
      const advance = -drift();
      await env.CLOCK.fetch("http://clock/clock?advance=" + advance, { method: "POST" });
      skew += advance;
    };
    const answer = async (op) => {
      if (op.op === "wait") {
        target += op.seconds * 1000;
        return {};
      }
      const call = kv[op.op] ?? d1[op.op];
      if (call === undefined) return { error: "the bridge knows no operation " + op.op };
      if (op.op in kv && Math.abs(drift()) > DRIFT_KEPT_MS) await align();
      let result;
      try {
        result = await call(stores, op);
      } catch (error) {
        // The number of an internal error is another one each time.
        result = { error: error.message.replace(/reference = \w+/, "reference = ...") };
      }
      if ("expiration" in op || ("ttl" in op && result.error === undefined)) expiring.add(store);
      if (op.op in kv && expiring.has(store) && drift() > DRIFT_MAX_MS) late = true;
      return result;
    };
    const answers = [];
    for (const op of ops) answers.push(await answer(op));
    return Response.json({ answers, late });
  },
};
