# syntax=docker/dockerfile:1
# Built by the same set-up script as everywhere else, so that what runs in a container is what was tested outside.
#   docker build -t voxgate .
#   docker run --rm --network host voxgate

FROM debian:bookworm AS build
WORKDIR /src
RUN apt-get update && apt-get install -y --no-install-recommends make && rm -rf /var/lib/apt/lists/*
# These change seldom; the layers below them are kept while only the program changes.
COPY go.mod go.sum ./
COPY cmd/voxgate/deploy/setup.sh cmd/voxgate/deploy/setup.sh
RUN cmd/voxgate/deploy/setup.sh packages
RUN cmd/voxgate/deploy/setup.sh go
RUN cmd/voxgate/deploy/setup.sh onnxruntime /out/lib
RUN PATH=/root/.cache/voxgate/go/bin:$PATH go mod download
COPY . .
RUN PATH=/root/.cache/voxgate/go/bin:$PATH \
    go build -buildvcs=false -trimpath -ldflags='-s -w' -o /out/bin/voxgate ./cmd/voxgate

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        espeak-ng libportaudio2 libopus0 libopusfile0 ca-certificates tzdata curl \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --home-dir /var/lib/voxgate --create-home --skel /dev/null --shell /usr/sbin/nologin voxgate
COPY --from=build /out/bin/voxgate /usr/local/bin/voxgate
COPY --from=build /out/lib/libonnxruntime.so.1 /usr/local/lib/voxgate/libonnxruntime.so.1
COPY cmd/voxgate/deploy/container.yaml /etc/voxgate/voxgate.yaml
COPY LICENSE /usr/share/doc/voxgate/LICENSE
ENV VOXGATE_ONNXRUNTIME=/usr/local/lib/voxgate/libonnxruntime.so.1 TZ=Asia/Shanghai
USER voxgate
WORKDIR /var/lib/voxgate
VOLUME /var/lib/voxgate
# SIP, the web page, the media of browsers, RTP (two ports a call).
EXPOSE 5060/udp 5060/tcp 8080/tcp 8189/udp 20000-20999/udp
HEALTHCHECK --interval=15s --timeout=3s --start-period=20s --retries=3 \
    CMD ["curl", "--fail", "--silent", "--output", "/dev/null", "http://127.0.0.1:8080/healthz"]
# SIGTERM drains: calls in progress may end, new ones are refused.
STOPSIGNAL SIGTERM
ENTRYPOINT ["voxgate"]
CMD ["serve", "--config", "/etc/voxgate/voxgate.yaml"]
