/** The customer of an online chat. */
export interface ChatFollower {
  chatId: string;
  /** The case that the chat has become, as far as is known. */
  caseNo?: string | undefined;
  /** Something has happened in the chat or in its case, or may have: it has to be looked at again. */
  changed(): void;
  /** The server stops, and nothing more will be told. */
  ended(): void;
}

/** The customers of online chats who have theirs open at this server. */
export class ChatFollowers {
  private readonly all = new Set<ChatFollower>();

  /** @returns ends it */
  add(follower: ChatFollower): () => void {
    this.all.add(follower);
    return () => void this.all.delete(follower);
  }

  /** Something has happened in chats, or in their cases: in all that this is true of. */
  changed(isMeant: (follower: ChatFollower) => boolean = () => true): void {
    for (const one of this.all) if (isMeant(one)) one.changed();
  }

  /** The server stops. */
  end(): void {
    for (const one of this.all) one.ended();
    this.all.clear();
  }
}
