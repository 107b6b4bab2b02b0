# The microkernel image that a Hanlon server boots: the agent as one program, and the tools that it asks, on Alpine.
#   deno task image    builds it, with the version from git; for linux/amd64, and with --platform for linux/arm64
# Packages are pinned by Alpine's release: within one, only fixes come in, and older builds of a package are not kept.

ARG DENO_IMAGE=docker.io/denoland/deno:debian-2.9.6
ARG ALPINE_IMAGE=docker.io/library/alpine:3.24

FROM ${ALPINE_IMAGE} AS tools
# open-vm-tools, for VMware's guests: --build-arg EXTRA_PACKAGES=open-vm-tools
ARG EXTRA_PACKAGES=""
# hadolint ignore=DL3018,SC2086
RUN apk add --no-cache bash ca-certificates dmidecode ipmitool lscpu lshw open-lldp ${EXTRA_PACKAGES}

FROM ${DENO_IMAGE} AS compile
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
# Programs made by Deno need glibc, which Alpine has not: its loader, and the libraries that Deno names. On x86-64 the
# loader is the one file in /lib64; on ARM it lies in /lib, too.
RUN mkdir -p /glibc/lib /glibc/lib64 \
 && ldd "$(command -v deno)" | grep -o '/lib[^ ]*' | xargs cp --parents --dereference --target-directory=/glibc
WORKDIR /hnl_mk
COPY . .
ARG VERSION=4.1.0
ARG CREATED=""
RUN deno run --no-config --allow-all --no-prompt .ci/compile.ts --version "${VERSION}" --committed "${CREATED}"
COPY --from=tools /lib/apk/db/installed /etc/alpine-release /alpine/
RUN deno run --no-config --allow-all --no-prompt .ci/sbom.ts --version "${VERSION}" \
      --apk /alpine/installed --alpine /alpine/alpine-release dist/sbom.cdx.json

FROM tools
# Where Debian has them, so that nothing has to be said about them in the environment: with an LD_LIBRARY_PATH the tools
# would be given glibc's libraries too, and Deno would refuse to start them.
COPY --from=compile /glibc/lib/ /lib/
COPY --from=compile /glibc/lib64/ /lib64/
# What lscpu takes for the machine (--sysroot); the name that the server's cloud-config starts; the operator's files.
RUN mkdir -p /etc/hnl_mk /usr/local/share/hnl_mk/sysroot \
 && ln -s /host-proc /usr/local/share/hnl_mk/sysroot/proc \
 && ln -s /host-sys /usr/local/share/hnl_mk/sysroot/sys \
 && ln -s hnl_mk /usr/local/bin/hnl_mk_init.rb
COPY --from=compile /hnl_mk/dist/sbom.cdx.json /usr/local/share/hnl_mk/sbom.cdx.json
COPY --from=compile /hnl_mk/dist/hnl_mk /usr/local/bin/hnl_mk
# Of its own: without any, Deno ends before the program begins, for it cannot say which files are the tools.
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
RUN ["/usr/local/bin/hnl_mk", "--version"]

# TLS trusts the image's CA bundle instead of the one that is built into Deno.
ENV DENO_TLS_CA_STORE=system
# The daemon writes the uptime until which it counts as healthy. A shell compares it with the kernel's fifty times as fast
# as the program would.
HEALTHCHECK --interval=20s --timeout=10s --start-period=2m --retries=1 \
  CMD read -r uptime _ </proc/uptime \
   && read -r healthy_until </tmp/healthy_until \
   && [ "${uptime%.*}" -lt "$healthy_until" ]
ENTRYPOINT ["/usr/local/bin/hnl_mk"]

ARG ALPINE_IMAGE
ARG VERSION=4.1.0
ARG REVISION=""
ARG SOURCE=""
ARG CREATED=""
LABEL org.opencontainers.image.title="hnl_mk" \
      org.opencontainers.image.description="Hanlon microkernel: discovers the hardware of a bare-metal node" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.url="${SOURCE}" \
      org.opencontainers.image.documentation="${SOURCE}" \
      org.opencontainers.image.vendor="hnl_mk" \
      org.opencontainers.image.authors="the authors of hnl_mk" \
      org.opencontainers.image.ref.name="hnl_mk:${VERSION}" \
      org.opencontainers.image.base.name="${ALPINE_IMAGE}" \
      org.opencontainers.image.licenses="MIT"
