import "./ui/style-nonce.ts";
import "./ui/tokens.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { queryClient } from "./api/runtime.ts";
import { router } from "./app.tsx";
import { offerReloadOnVanishedChunk } from "./ui/new-version.ts";
import { applyTheme, storedTheme } from "./ui/theme.ts";
import { Toaster } from "./ui/toaster.tsx";

applyTheme(storedTheme());
offerReloadOnVanishedChunk();

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");

createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
      <Toaster />
    </QueryClientProvider>
  </StrictMode>,
);
