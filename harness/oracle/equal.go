package oracle

import "slices"

// equals says whether two TCBs know the same.
func (t *TCB) equals(o *TCB) bool {
	return t.State == o.State && t.RcvNxt == o.RcvNxt && t.SndUna == o.SndUna && t.SndNxt == o.SndNxt && t.Told == o.Told &&
		t.HasChallenged == o.HasChallenged && t.Challenged == o.Challenged && t.TimeWait == o.TimeWait && // what mostly differs
		t.Active == o.Active && t.Listening == o.Listening && t.Iss == o.Iss && t.SndWnd == o.SndWnd && t.SndWl1 == o.SndWl1 &&
		t.SndWl2 == o.SndWl2 && t.MaxSndWnd == o.MaxSndWnd && t.SndMss == o.SndMss && t.PathMTU == o.PathMTU &&
		t.PathMTUSince == o.PathMTUSince && t.SndWindShift == o.SndWindShift && t.RcvWindShift == o.RcvWindShift &&
		t.Irs == o.Irs && t.RcvWnd == o.RcvWnd && t.MaxRcvWnd == o.MaxRcvWnd && t.RcvUp == o.RcvUp && t.RcvMss == o.RcvMss &&
		slices.Equal(t.Held, o.Held) && t.HeldFin == o.HeldFin && t.HasHeldFin == o.HasHeldFin && t.Queued == o.Queued &&
		t.Unread == o.Unread && t.Freed == o.Freed && t.Urgent == o.Urgent && t.Closed == o.Closed && t.FinSent == o.FinSent &&
		t.PeerFin == o.PeerFin && t.NoRead == o.NoRead && t.Gone == o.Gone && t.Set == o.Set && t.SndTsOK == o.SndTsOK &&
		t.SndWsOK == o.SndWsOK && t.TsRecent == o.TsRecent && t.TsRecentAt == o.TsRecentAt && t.LastAckSent == o.LastAckSent &&
		t.SackOK == o.SackOK && t.ECN == o.ECN && t.Report.equals(&o.Report) && t.Board.equals(&o.Board) && t.DupAcks == o.DupAcks && t.Timers.equals(&o.Timers) &&
		(t.Old == o.Old || t.Old != nil && o.Old != nil && t.Old.equals(o.Old)) &&
		t.CookieAt == o.CookieAt && (t.Cookie == o.Cookie || t.Cookie != nil && o.Cookie != nil && t.Cookie.equals(o.Cookie))
}

func (r *Report) equals(o *Report) bool {
	return r.Arrived == o.Arrived && r.Dup == o.Dup && r.DupFin == o.DupFin && r.Newest == o.Newest && slices.Equal(r.Recent, o.Recent) && r.Vague == o.Vague
}

func (t *Timers) equals(o *Timers) bool {
	return slices.Equal(t.Flight, o.Flight) && t.RTO == o.RTO && t.Rexmit == o.Rexmit && t.Recovery == o.Recovery && t.TailProbe == o.TailProbe &&
		t.Waiting == o.Waiting && t.WaitingOn == o.WaitingOn && t.Heard == o.Heard && t.KeepProbes == o.KeepProbes && t.KeepAt == o.KeepAt && t.KeepSince == o.KeepSince &&
		t.TimeWait == o.TimeWait && t.TimeWaitOn == o.TimeWaitOn && t.LingerEnd == o.LingerEnd
}
