# syntax=docker/dockerfile:1
# Custody in a container of its own, where the agents' own processes cannot reach its files. See docs/service.md.

FROM node:20-slim AS build
WORKDIR /build
COPY . .
RUN npm ci && npm run build && npm prune --omit=dev

FROM node:20-slim
ENV NODE_ENV=production CUSTODY_HOME=/data
WORKDIR /app
COPY --from=build /build/package.json ./package.json
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/packages ./packages
COPY --from=build /build/apps ./apps
RUN mkdir -m 0700 /data /config && chown node:node /data /config
USER node
VOLUME ["/data"]
# The configuration is mounted at /config/custody.yaml; let `listen:` and the targets name 0.0.0.0 in a container.
EXPOSE 7070 6432
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:7070/healthz').then((r)=>process.exit(r.ok?0:1),()=>process.exit(1))"]
ENTRYPOINT ["node", "/app/apps/cli/bin/custody.mjs"]
CMD ["up", "--config", "/config/custody.yaml", "--log-format", "json"]
