import { parse } from "yaml";
import type { RenderedFile } from "./release";
export function composeFacts(rendered: readonly RenderedFile[]) {
    const text = rendered.find(({ path }) => path === "docker-compose.yml")?.content ?? "";
    const { services } = parse(text) as { services: Record<string, { image: string; container_name: string }> };
    const all = Object.values(services);
    return {
        images: [...new Set(all.map(({ image }) => image))].sort(),
        containers: all.map((s) => s.container_name).sort(),
        proxyContainer: services.proxy?.container_name ?? "",
        upstreamContainers: [services.ui?.container_name ?? "", services.registry?.container_name ?? ""],
        logAddress: "127.0.0.1:1514",
    };
}
