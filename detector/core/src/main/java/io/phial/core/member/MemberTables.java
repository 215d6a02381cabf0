package io.phial.core.member;

/**
 * How full the tables of a {@link Membership} are. Each has its bound.
 *
 * @param rows nodes in the roster, at most {@link MemberOptions#NODES_MAX} less this one
 * @param goneRows of these DEAD or LEFT, at most {@link MemberOptions#GONE_MAX}
 * @param rumours waiting to be told, at most {@link MemberOptions#RUMOURS_MAX}
 * @param watched rows about which more is kept, at most as many as there are
 * @param votesMax of these, the most statements about one node; at most one for each observer and
 *     some more while rosters differ: {@link MemberOptions#votesMax}
 */
public record MemberTables(int rows, int goneRows, int rumours, int watched, int votesMax) {
  /** True when each table respects its bound. */
  public boolean isInBounds(MemberOptions options) {
    return rows < MemberOptions.NODES_MAX
        && goneRows <= MemberOptions.GONE_MAX
        && rumours <= MemberOptions.RUMOURS_MAX
        && watched <= rows
        && votesMax <= options.votesMax();
  }
}
