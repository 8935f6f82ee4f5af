# Both programs in an image that holds nothing else. It runs as nobody in
# particular and writes into /data alone, so the root may be read-only:
#   docker build -t forebear .
#   docker run --read-only -v forebear:/data --entrypoint /usr/bin/forebear-crawl forebear run --registry ghcr.io --repo my-org/base
#   docker run --read-only -v forebear:/data forebear parent ghcr.io/my-org/base
# The programs link glibc, whose allocator is far quicker than musl's with many
# threads; it comes along from the builder, so that RUNTIME may be scratch.
ARG BUILDER=docker.io/library/rust:1.95.0-bookworm
ARG RUNTIME=scratch

FROM ${BUILDER} AS build
WORKDIR /src
COPY . .
RUN cargo build --locked --release -p forebear -p forebear-crawl && sh scripts/image-root.sh target/release /image

FROM ${RUNTIME}
COPY --from=build /image/ /
ENV FOREBEAR_DATA=/data SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt MALLOC_MMAP_THRESHOLD_=131072
WORKDIR /data
USER 65532:65532
ENTRYPOINT ["/usr/bin/forebear"]
