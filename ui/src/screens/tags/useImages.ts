/** Dates and sizes of images whose registry tells them one by one: asked for when their tags stay in sight. */
import { useCallback, useEffect, useRef, useState } from "react";

import type { Image, ImagesQuestion, TagRow } from "../../ipc/bindings";
import { call } from "../../ipc/client";

/** How long rows stay in sight before they are asked for, in milliseconds: scrolling past asks for nothing. */
const STAY = 200;

export type Images = {
  /** A tag with what was read of its image meanwhile. */
  of: (tag: TagRow) => TagRow;
  /** These tags are in sight now. */
  inSight: (tags: readonly TagRow[]) => void;
};

export function useImages(): Images {
  // `null`: asked for, and the registry tells nothing of it.
  const [read, setRead] = useState<ReadonlyMap<string, Image | null>>(new Map());
  const asked = useRef(new Set<string>());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const waiting = useRef("");
  useEffect(() => () => clearTimeout(timer.current), []);

  const ask = useCallback(async (question: ImagesQuestion) => {
    const key = (digest: string) => keyOf(question.project, question.repository, digest);
    question.digests.forEach((digest) => asked.current.add(key(digest)));
    try {
      const images = new Map((await call("tag_images", question)).map((image) => [image.digest, image]));
      setRead((before) => new Map([...before, ...question.digests.map((digest) => [key(digest), images.get(digest) ?? null] as const)]));
    } catch {
      // The table says why its registry cannot be read when it reads the tags; the next look asks again.
      question.digests.forEach((digest) => asked.current.delete(key(digest)));
    }
  }, []);

  const inSight = useCallback(
    (tags: readonly TagRow[]) => {
      const unread = tags.filter((tag) => tag.image_unread && tag.digest !== null && !asked.current.has(keyOf(tag.project, tag.repository, tag.digest)));
      const these = JSON.stringify(unread.map((tag) => [tag.project, tag.repository, tag.digest]));
      if (these === waiting.current) return;
      waiting.current = these;
      clearTimeout(timer.current);
      if (unread.length === 0) return;
      timer.current = setTimeout(() => {
        waiting.current = "";
        for (const question of questionsOf(unread)) void ask(question);
      }, STAY);
    },
    [ask],
  );

  const of = useCallback(
    (tag: TagRow): TagRow => {
      const image = tag.image_unread && tag.digest !== null ? read.get(keyOf(tag.project, tag.repository, tag.digest)) : undefined;
      return image === undefined ? tag : { ...tag, created_at: image?.created_at ?? null, size: image?.size ?? null, image_unread: false };
    },
    [read],
  );
  return { of, inSight };
}

function keyOf(project: string, repository: string, digest: string): string {
  return JSON.stringify([project, repository, digest]);
}

/** One question a repository, each digest once. */
function questionsOf(tags: readonly TagRow[]): ImagesQuestion[] {
  const questions = new Map<string, ImagesQuestion>();
  for (const { project, repository, digest } of tags) {
    if (digest === null) continue;
    const key = keyOf(project, repository, "");
    const question = questions.get(key) ?? { project, repository, digests: [] };
    questions.set(key, question);
    if (!question.digests.includes(digest)) question.digests.push(digest);
  }
  return [...questions.values()];
}
