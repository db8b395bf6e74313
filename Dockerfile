# An image with octolog and the libraries that it needs, and nothing else: no shell, no root.
#
#   docker build -t octolog .
#   docker logs OctopusServer 2>&1 | docker run -i --rm octolog key

FROM swift:6.3-bookworm AS build
RUN apt-get update -q && apt-get install -y -q --no-install-recommends make
WORKDIR /octolog
COPY . .
RUN make build && packaging/rootfs .build/release/octolog /rootfs

FROM scratch
COPY --from=build /rootfs /
USER 65532:65532
WORKDIR /logs
ENTRYPOINT ["/usr/bin/octolog"]
