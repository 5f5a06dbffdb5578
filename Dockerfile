# Build:  docker build -t postern .
# Lint:   docker run --rm -v "$PWD:/work:ro" postern lint
# Scan:   docker run --rm --network host postern scan 192.168.1.0/24
FROM node:22-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
# The build comes later, with the sources.
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build

FROM node:22-bookworm-slim
ENV NODE_ENV=production
WORKDIR /opt/postern
COPY --from=build /src/package.json /src/LICENSE ./
COPY --from=build /src/bin/postern.js bin/
COPY --from=build /src/dist/app dist/app/
COPY --from=build /src/dist/rules dist/rules/
COPY --from=build /src/dist/code dist/code/
COPY --from=build /src/docs/schema docs/schema/
COPY --from=build /src/deploy deploy/
RUN ln -s /opt/postern/bin/postern.js /usr/local/bin/postern
USER 10001:10001
WORKDIR /work
ENTRYPOINT ["postern"]
CMD ["--help"]
