import { type ZodType, z } from "zod";
import { apiPrefix, csrfHeader } from "../contract/api.ts";
import type { Endpoint, Endpoints } from "../contract/endpoint.ts";
import { problem } from "../contract/problem.ts";

type Json = Record<string, unknown>;

const json = (schema: Json) => ({ "application/json": { schema } });
const problemReply = {
  description: "Refused: reason, what is wrong and what to do",
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
};

function schemaOf(schema: ZodType, io: "input" | "output"): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, reused: "inline", unrepresentable: "any" });
  return rest;
}

function header(name: string, description: string, required: boolean): Json {
  return { in: "header", name, description, required, schema: { type: "string" } };
}

function headersOf(method: string, { ifMatch, idempotency }: Endpoint): Json[] {
  return [
    ...(method === "GET" ? [] : [header(csrfHeader, "Always 1; together with Origin it proves our own page", true)]),
    ...(ifMatch ? [header("If-Match", "The revision that was seen, as its ETag", true)] : []),
    ...(idempotency ? [header("Idempotency-Key", "Fresh for each new request", idempotency === "required")] : []),
  ];
}

function queryOf({ query }: Endpoint): Json[] {
  if (!query) return [];
  const { properties = {}, required = [] } = z.toJSONSchema(query, { io: "input", unrepresentable: "any" });
  return Object.entries(properties).map(([name, schema]) => ({
    in: "query",
    name,
    required: required.includes(name),
    schema,
  }));
}

interface Named {
  schema: ZodType;
  name: string;
}

/** Replies that several endpoints share, each under the noun of the endpoint that reads it: `App` of `GET …/apps/{app}`. */
function sharedReplies(endpoints: Endpoints): Named[] {
  const uses = Map.groupBy(Object.entries(endpoints), ([, { reply }]) => reply);
  return [...uses].flatMap(([schema, all]) => {
    const [name = ""] = all.find(([use]) => use.startsWith("GET ")) ?? all[0] ?? [];
    const noun = name.match(/\/([a-z]+?)s?(?:\/\{\w+\})?$/)?.[1];
    if (all.length < 2 || all[0]?.[1].status === 204 || noun === undefined) return [];
    return [{ schema, name: noun.charAt(0).toUpperCase() + noun.slice(1) }];
  });
}

function replyOf({ reply }: Endpoint, shared: readonly Named[]): Json {
  const named = shared.find(({ schema }) => schema === reply);
  return named ? { $ref: `#/components/schemas/${named.name}` } : schemaOf(reply, "output");
}

function operation(method: string, path: string, endpoint: Endpoint, shared: readonly Named[]): Json {
  const { status, stream, body, summary, may } = endpoint;
  const params = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    in: "path",
    name,
    required: true,
    schema: { type: "string" },
  }));
  const events = { "text/event-stream": { schema: { type: "string" } } };
  const content = stream ? events : json(replyOf(endpoint, shared));
  return {
    summary,
    operationId: `${method.toLowerCase()}${path.replaceAll(/[^\w]+(\w?)/g, (_, letter: string) => letter.toUpperCase())}`,
    security: may === "public" ? [] : [{ session: [] }],
    parameters: [...params, ...headersOf(method, endpoint), ...queryOf(endpoint)],
    ...(body && { requestBody: { required: true, content: json(schemaOf(body, "input")) } }),
    responses: {
      [status]: { description: "Done", ...(status === 204 ? {} : { content }) },
      default: problemReply,
    },
  };
}

/** The API's description for outsiders (OpenAPI 3.1), from the contract alone. */
export function openApi(endpoints: Endpoints): Json {
  const paths: Record<string, Json> = {};
  const shared = sharedReplies(endpoints);
  const schemas = Object.fromEntries(shared.map(({ name, schema }) => [name, schemaOf(schema, "output")]));
  for (const [name, endpoint] of Object.entries(endpoints)) {
    const [method = "", path = ""] = name.split(" ");
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation(method, path, endpoint, shared) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "SkyPanel", version: "1", description: "Everything the panel does, for programs." },
    servers: [{ url: apiPrefix }],
    paths,
    components: {
      schemas: { Problem: schemaOf(problem, "output"), ...schemas },
      securitySchemes: { session: { type: "apiKey", in: "cookie", name: "skypanel_access" } },
    },
  };
}
